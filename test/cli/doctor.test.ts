import { beforeEach, describe, expect, it } from 'vitest';
import { CHECKS, SITE_UNREACHABLE } from '#cli/doctor/registry.ts';
import { ExaminedSite, PSK } from './examined-site.ts';

let site: ExaminedSite;
beforeEach(() => {
  site = new ExaminedSite();
});

describe('doctor', () => {
  it('finds nothing at a healthy site, and ends with 0', async () => {
    const { exitCode, stdout } = await site.run();
    expect(stdout).toBe(`✓ tokyo  ap-northeast-1  ${CHECKS.length} checks, nothing found\n`);
    expect(exitCode).toBe(0);
  });

  it('does not take a table for roomy that it could not count', async () => {
    site.cloud.controlled.pop();
    const { exitCode, unchecked } = await site.examine();
    expect({ exitCode, unchecked }).toEqual({
      exitCode: 3,
      unchecked: [{ id: 'route-quota', why: 'rtb-0a1b2c3d4e5f60022: not marked by the stack of a site' }],
    });
  });

  it('shows the most serious finding first, each with its remedy', async () => {
    site.asked.world.targets.delete('rtb-0a1b2c3d4e5f60022 10.2.0.0/20');
    site.cloud.subscriptions = [];
    const { stdout } = await site.run();
    expect(stdout).toMatchInlineSnapshot(`
      "! tokyo  ap-northeast-1  51 checks, 2 findings
        DOWN  rtb-0a1b2c3d4e5f60022 10.2.0.0/20: the managed route is MISSING: its traffic is lost.  [route-missing]
            → Run aws ec2 create-route --region ap-northeast-1 --route-table-id rtb-0a1b2c3d4e5f60022 --destination-cidr-block 10.2.0.0/20 --network-interface-id eni-0a1b2c3d4e5f60011
        ATTENTION  tokyo: the topic of its messages has no subscription: a failover notifies nobody.  [subscription-missing]
            → Write an address under notify in the topology and deploy, or subscribe to the stack output AlarmTopicArn (docs/notifications.md).
      "
    `);
  });

  it('names a site that does not answer', async () => {
    const { findings, exitCode } = await site.examine({
      invoke: () => {
        throw Object.assign(new Error('Function not found: x'), { name: 'ResourceNotFoundException' });
      },
    });
    expect(exitCode).toBe(3);
    expect(findings).toMatchObject([
      { ...SITE_UNREACHABLE, where: 'tokyo', remedy: expect.stringMatching(/^Deploy it/) as string },
    ]);
  });

  it('does not pass for healthy what it could not check: without permissions, and with a router that is silent', async () => {
    site.cloud.subscriptionsOf = () =>
      Promise.reject(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }));
    site.shows['tokyo-2'] = null;
    const { exitCode, findings, unchecked } = await site.examine();
    expect({ exitCode, findings }).toEqual({ exitCode: 3, findings: [] });
    const why = Object.fromEntries(unchecked.map((each) => [each.id, each.why]));
    expect(why['subscription-missing']).toMatch(/SNS in ap-northeast-1 failed: .*grant .*sns:ListSubscriptionsByTopic/);
    expect(why['clock-skew']).toBe('tokyo-2: no answer within 15 s');
  });

  it('does not pass for healthy what only the table shows, where that does not answer', async () => {
    site.asked.world.storeDown = true;
    const { unchecked } = await site.examine();
    const ids = unchecked.flatMap(({ id, why }) => (why === "the site's table does not answer" ? [id] : []));
    expect(ids.toSorted()).toEqual(
      ['agent-silent', 'contact-missing', 'maintenance', 'no-path', 'pair-session', 'paused', 'probe-missing']
        .concat(['programs-outdated', 'session-down', 'swap-unfinished'])
        .toSorted(),
    );
  });

  it('does not pass for healthy what a router could not read on itself', async () => {
    const units = { 'vyos-failover-reconcile.service': null };
    site.shows['tokyo-1'] = {
      disk: null,
      trust: null,
      agent: null,
      units,
      keys: site.withKey({ mark: '1a2b', used: null }),
    };
    const { exitCode, findings, unchecked } = await site.examine();
    expect({ exitCode, findings }).toEqual({ exitCode: 3, findings: [] });
    expect(Object.fromEntries(unchecked.map(({ id, why }) => [id, why]))).toEqual({
      'unit-stopped': 'tokyo-1: systemd does not show vyos-failover-reconcile.service',
      'trust-store': 'tokyo-1: its store of trusted certificates cannot be read',
      'disk-full': 'tokyo-1: the disk of /config cannot be read',
      'agent-outdated': 'tokyo-1: the version of its SSM agent cannot be read',
      'key-unused': 'tokyo-1: the keys that IPsec uses cannot be read',
    });
  });

  it('does not pass a status check that EC2 has no data of', async () => {
    const { world } = site.asked;
    world.ec2 = { ...world.ec2, 'tokyo-2': { ...world.ec2['tokyo-2'], statusChecks: 'unknown' } as never };
    const { exitCode, findings, unchecked } = await site.examine();
    expect({ exitCode, findings, unchecked }).toEqual({
      exitCode: 3,
      findings: [],
      unchecked: [{ id: 'status-check', why: 'tokyo-2: EC2 has no data of its status checks' }],
    });
  });

  it('does not pass security groups and network ACLs of an interface that EC2 does not show', async () => {
    site.cloud.unshown.add('eni-0a1b2c3d4e5f60012');
    const { exitCode, findings, unchecked } = await site.examine();
    const why = 'tokyo-2: EC2 does not show eni-0a1b2c3d4e5f60012';
    expect({ exitCode, findings, unchecked }).toEqual({
      exitCode: 3,
      findings: [],
      unchecked: [
        { id: 'security-group', why },
        { id: 'network-acl', why },
      ],
    });
  });

  it('does not pass for permitted what EC2 was not asked', () => {
    const check = CHECKS.find(({ id }) => id === 'replace-refused');
    const fact = { ready: false, problems: ['swap 7 is under way'], rehearsed: 0, underWay: true };
    expect(check?.check({ rehearsal: { ok: true, fact } } as never)).toEqual({
      found: [],
      unchecked: 'EC2 was not asked: swap 7 is under way',
    });
  });

  it('does not pass for permitted what EC2 did not answer', () => {
    const check = CHECKS.find(({ id }) => id === 'replace-refused');
    const route = { table: 'rtb-1', destination: '10.2.0.0/20', why: 'RequestLimitExceeded: Request limit exceeded' };
    const fact = { ready: true, problems: [], rehearsed: 2, refused: [], unknown: [route, route] };
    expect(check?.check({ rehearsal: { ok: true, fact } } as never)).toEqual({
      found: [],
      unchecked:
        'EC2 did not say whether rtb-1 10.2.0.0/20 may be replaced (RequestLimitExceeded: Request limit exceeded), and 1 more',
    });
  });

  it('does not pass keys for the same that neither the operator nor a router could read', async () => {
    site.shows['tokyo-2'] = null;
    const readSecrets = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    const { unchecked } = await site.examine({ secrets: { readSecrets, createSecret: () => Promise.resolve(false) } });
    expect(unchecked.find(({ id }) => id === 'key-differs')?.why).toBe('tokyo-2: no answer within 15 s');
  });

  it('asks no stopped router, and names the reason once for all that it could not check', async () => {
    const { world } = site.asked;
    const asked: string[] = [];
    const { examined } = site.asked;
    site.asked.examined = (router) => {
      asked.push(router.name);
      return examined(router);
    };
    world.ec2['tokyo-2'] = { ...world.ec2['tokyo-2'], instance: 'stopped' } as never;
    const { stdout } = await site.run();
    expect(asked).toEqual(['tokyo-1']);
    expect(stdout.split('\n').filter((line) => line.includes('not checked'))).toEqual([
      '  not checked: report-path, reporter-missing, unit-stopped, clock-skew, trust-store, disk-full, agent-outdated, ' +
        'key-denied, key-unused, because tokyo-2: its instance is stopped',
    ]);
  });

  it('compares keys by what the routers fetch where the operator may not read them', async () => {
    site.shows['tokyo-2'] = { keys: { [PSK]: { mark: 'ffff', used: true } } };
    const readSecrets = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    const { findings } = await site.examine({ secrets: { readSecrets, createSecret: () => Promise.resolve(false) } });
    expect(findings).toMatchObject([
      { id: 'key-differs', says: expect.stringContaining('tokyo-1 and tokyo-2') as string },
    ]);
  });
});
