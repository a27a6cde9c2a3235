import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '#cli/environment.ts';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import type { PushJournal } from '#contracts/push-journal.ts';
import { DOWN, UP } from '../failover/situation.ts';
import { AskedSite } from './asked-site.ts';
import { examplesFolder } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';

let site: AskedSite;
beforeEach(() => {
  site = new AskedSite();
});

describe('status SITE', () => {
  test('shows a healthy site with its routers, and ends with 0', async () => {
    const { exitCode, stdout, stderr } = await site.run(['status', 'tokyo']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "✓ tokyo  OK  ap-northeast-1  owner: tokyo-1 (preferred)  mode: automatic  prefer: availability
        Healthy: tokyo-1 holds the routes, and both routers are fit.

        ROUTER   ROLE     ROUTES  EC2      EBGP UP                LAST REPORT  FIT
        tokyo-1  owner    2       running  1/1 (probe, 21 s ago)  0 s ago      yes
        tokyo-2  standby  0       running  1/1 (probe, 21 s ago)  0 s ago      yes

      "
    `);
  });

  test('lists everything that needs attention, and ends with 3', async () => {
    site.world.ec2['tokyo-2'] = { ...site.world.ec2['tokyo-2'], instance: 'stopped' } as never;
    site.world.targets.set('rtb-0a1b2c3d4e5f60022 10.2.0.0/20', 'igw-0123456789abcdef0');
    await site.run(['pause', 'tokyo', '--for', '30m', '--reason', 'game day', '--yes']);
    const { exitCode, stdout } = await site.run(['status', 'tokyo']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatchInlineSnapshot(`
      "! tokyo  DEGRADED  ap-northeast-1  owner: tokyo-1 (preferred)  mode: automatic  prefer: availability
        Redundancy is lost.
        StandbyUnfit: tokyo-2 could not take over: its instance is stopped.
        ! managed route rtb-0a1b2c3d4e5f60022 10.2.0.0/20 is foreign: it points at igw-0123456789abcdef0.
        ! paused by ann@desk until 2026-11-23 03:30:00Z (game day): no automatic failover until then.
        Next: aws ec2 start-instances --region ap-northeast-1 --instance-ids i-0a1b2c3d4e5f60012

        ROUTER   ROLE     ROUTES  EC2      EBGP UP                LAST REPORT  FIT
        tokyo-1  owner    1       running  1/1 (probe, 22 s ago)  0 s ago      yes
        tokyo-2  standby  0       stopped  1/1 (probe, 22 s ago)  0 s ago      no

      "
    `);
  });

  test('shows one route that is a blackhole at a healthy owner as DOWN, and ends with 3', async () => {
    const { world } = site;
    const tools = world.tools.bind(world);
    world.tools = ((change: object) =>
      tools({
        ...change,
        describeRoutes: async (routes: Parameters<ReturnType<typeof tools>['describeRoutes']>[0]) =>
          (await tools({}).describeRoutes(routes)).map((each) =>
            each.table.endsWith('22') ? { ...each, state: 'blackhole' } : each,
          ),
      } as never)) as never;
    const { exitCode, stdout } = await site.run(['status', 'tokyo']);
    expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/^✗ tokyo {2}DOWN/)]);
    expect(stdout).toContain(
      '! EC2 reports managed route rtb-0a1b2c3d4e5f60022 10.2.0.0/20 as blackhole, and its traffic is lost.',
    );
  });

  test('states no overall severity in JSON if a site could not be queried', async () => {
    const { exitCode, stdout } = await site.run(['status', '--json']);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { severity: null, sites: [{ severity: 'ok' }] }]);
  });

  test.each([
    [null, /of version 0\.1\.0 or before, .*: deploy this version with npx cdk deploy --all -c topology=FILE\.\n/],
    ['0.1.9', /of version 0\.1\.9, and this command line is of \d.*: deploy this version with npx cdk deploy/],
    ['99.0.0', /of version 99\.0\.0, .*: use version 99\.0\.0 of vyos-failover, because /],
  ])('names functions of version %s, with what to do, and ends with 3', async (version, says) => {
    site.version = version;
    const { exitCode, stdout } = await site.run(['status', 'tokyo']);
    expect([exitCode, stdout]).toEqual([3, expect.stringMatching(says)]);
    const { stdout: json } = await site.run(['status', 'tokyo', '--json']);
    expect(JSON.parse(json)).toMatchObject({ version: PRODUCT_VERSION, sites: [{ version }] });
  });

  test('shows scheduled events, each with the command that avoids its effect', async () => {
    const events = [{ code: 'instance-stop', description: 'Maintenance.', notBefore: site.world.now + 86_400_000 }];
    site.world.ec2['tokyo-1'] = { ...site.world.ec2['tokyo-1'], events } as never;
    const { exitCode, stdout } = await site.run(['status', 'tokyo']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(
      /! AWS announced instance-stop for the instance of tokyo-1 .*, not before 2026-11-24 03:00:00Z \(Maintenance\)\. It holds the routes. To move them away: vyos-failover switchover tokyo --to tokyo-2 --reason "instance-stop of tokyo-1"\./,
    );
    const { stdout: json } = await site.run(['status', 'tokyo', '--json']);
    const shown = [{ code: 'instance-stop', description: 'Maintenance.', notBefore: '2026-11-24T03:00:00.000Z' }];
    const tokyo1 = expect.objectContaining({ name: 'tokyo-1', events: shown }) as unknown;
    expect(JSON.parse(json)).toMatchObject({ sites: [{ routers: [tokyo1, { name: 'tokyo-2', events: [] }] }] });
  });

  test('shows the findings of the newest probe round, before they are announced and until their end is announced', async () => {
    const health = { state: 'degraded', since: site.world.now - 600_000, problems: ['tokyo-2: no agent'] } as const;
    const inDoubt = (to: 'well' | 'degraded', problems: readonly string[]) => {
      return { ...health, changing: { to, since: site.world.now, rounds: 1, turn: 'turn-1', problems } };
    };
    site.world.stored = { ...site.world.stored, health: inDoubt('well', []) };
    expect((await site.run(['status', 'tokyo'])).stdout).not.toContain('health probe: ');
    site.world.stored = {
      ...site.world.stored,
      health: { ...inDoubt('degraded', ['tokyo-1: EC2 refuses']), state: 'well' },
    };
    const { exitCode, stdout } = await site.run(['status', 'tokyo']);
    expect([exitCode, stdout]).toEqual([
      3,
      expect.stringContaining('! found by the newest round of the health probe: tokyo-1: EC2 refuses.'),
    ]);
  });

  test('counts down hold-down after an automatic swap', async () => {
    site.world.stored = { ...site.world.stored, automaticSwaps: [site.world.now - 60_000] };
    const { exitCode, stdout } = await site.run(['status', 'tokyo']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Hold-down ends at 2026-11-23 03:04:00Z (in 4 min)');
  });

  test.each([
    [
      'observe',
      'mode observe: failover is decided and reported, and no routes move; an operator can switch over with --override mode-observe.',
    ],
    ['off', 'mode off: no automatic failover; an operator can switch over with --override mode-off.'],
  ])('shows mode %s of a site, which is healthy', async (mode, says) => {
    const stdin = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8').replace(
      'mode: automatic',
      `mode: ${mode}`,
    );
    Object.assign(site.world.site, { policy: { ...site.world.site.policy, mode } });
    const { exitCode, stdout } = await site.run(['status', 'tokyo', '--topology', '-'], { stdin });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      '  Healthy: tokyo-1 holds the routes, and both routers are fit.',
      `  ! ${says}`,
    ]);
  });

  test('shows the age of each router’s last proof that its reports arrive', async () => {
    const { world } = site;
    world.keepsContact = false;
    const { eni, instance = '' } = world.site.routers.standby;
    world.contacts[eni] = { instance, content: { at: world.now - 150_000 } };
    const { stdout } = await site.run(['status', 'tokyo']);
    expect(stdout).toMatch(/tokyo-1 +owner .* never +yes/);
    expect(stdout).toMatch(/tokyo-2 +standby .* 2 min 30 s ago +yes/);
  });

  describe('shows the eBGP evidence that decides fitness', () => {
    const row = async (ageMs: number, established: number) => {
      site.world.hasSaid('tokyo-2', site.world.now - ageMs, established > 0 ? UP : DOWN);
      const { stdout } = await site.run(['status', 'tokyo']);
      return stdout.split('\n').find((line) => line.includes('tokyo-2  standby'));
    };

    test.each([5_000, 12_000])('the newest, if it reports sessions as down, also after %i ms', async (ageMs) => {
      expect(await row(ageMs, 0)).toMatch(/0\/1 \(router, \d+ s ago\) +0 s ago +no$/);
    });

    test('that of the probe, after the router’s own claim has expired; the expired claim is shown too', async () => {
      expect(await row(12_000, 1)).toMatch(
        /1\/1 \(probe, 21 s ago\); expired: 1\/1 \(router, 12 s ago\) {2}0 s ago +yes$/,
      );
    });

    test('and marks it in JSON', async () => {
      await row(12_000, 1);
      const { stdout } = await site.run(['status', 'tokyo', '--json']);
      const { sites } = JSON.parse(stdout) as { sites: { routers: { ebgp: { by: string; counts: boolean }[] }[] }[] };
      expect(sites[0]?.routers[1]?.ebgp.map(({ by, counts }) => [by, counts])).toEqual([
        ['itself', false],
        ['probe', true],
      ]);
    });
  });

  describe('shows a configuration push that has not finished', () => {
    const push = (state: 'applying' | 'held' | 'confirming' | 'broken', more: Partial<PushJournal> = {}) => {
      const { now } = site.world;
      const applying = { router: 'tokyo-1', attempt: 'run-7', state, undoneBy: now + 240_000, commands: 3 };
      site.world.push = {
        id: 'push-7',
        by: 'bob@desk',
        at: now - 60_000,
        run: 'run-7',
        leasedUntil: 0,
        done: ['tokyo-2'],
        finished: false,
        applying: { ...applying, lines: [], others: [] },
        ...more,
      };
    };

    test.each(['applying', 'held', 'confirming'] as const)(
      'and stopped (%s): the router that may run an unconfirmed configuration, and until when, with 3',
      async (state) => {
        push(state);
        const { exitCode, stdout } = await site.run(['status', 'tokyo']);
        expect([exitCode, stdout]).toEqual([
          3,
          expect.stringContaining(
            '  ! the push of bob@desk at 2026-11-23 02:59:00Z stopped after tokyo-2 received its new configuration; tokyo-1 may ' +
              'run an unconfirmed configuration until 2026-11-23 03:04:00Z at the latest; the next push rolls it back first.\n',
          ),
        ]);
      },
    );

    test('and left a router broken, even while another push is in progress', async () => {
      push('broken', { leasedUntil: site.world.now + 1000 });
      const { exitCode, stdout } = await site.run(['status', 'tokyo']);
      expect([exitCode, stdout.split('\n')[1]]).toEqual([
        3,
        expect.stringMatching(/^ {2}! tokyo-1 is broken: the push of bob@desk/),
      ]);
      expect(stdout).not.toContain('rolls it back first');
    });

    test('and stopped between its routers', async () => {
      push('applying', { applying: undefined });
      const { exitCode, stdout } = await site.run(['status', 'tokyo']);
      expect([exitCode, stdout]).toEqual([3, expect.stringContaining('stopped after tokyo-2 received its new')]);
    });

    test('and is in progress, with 0', async () => {
      push('applying', { leasedUntil: site.world.now + 1000 });
      const { exitCode, stdout } = await site.run(['status', 'tokyo']);
      expect([exitCode, stdout]).toEqual([
        0,
        expect.stringContaining('\n  A configuration push of bob@desk is in progress.\n'),
      ]);
    });

    test('and waits for confirmation, with 3', async () => {
      push('held', { leasedUntil: site.world.now + 1000 });
      expect((await site.run(['status', 'tokyo'])).exitCode).toBe(3);
    });

    test('in JSON, with times', async () => {
      push('held');
      const { sites } = JSON.parse((await site.run(['status', 'tokyo', '--json'])).stdout) as { sites: unknown[] };
      expect(sites[0]).toMatchObject({
        healthy: false,
        push: { by: 'bob@desk', router: 'tokyo-1', state: 'held', revertsAt: '2026-11-23T03:04:00.000Z' },
      });
    });

    test.each([
      ['finished', { finished: true, applying: undefined }],
      ['changed nothing', { done: [], applying: undefined }],
    ] as const)('not one that %s', async (_, more) => {
      push('applying', more);
      expect((await site.run(['status', 'tokyo'])).exitCode).toBe(0);
    });

    test('as unknown, if the store cannot be read', async () => {
      const get = () => {
        throw new Error('connect ETIMEDOUT');
      };
      Object.defineProperty(site.world, 'push', { get });
      const { exitCode, stdout } = await site.run(['status', 'tokyo']);
      expect([exitCode, stdout]).toEqual([
        3,
        expect.stringContaining('the state of configuration pushes cannot be read'),
      ]);
    });
  });

  test('reports that the deployed stack differs from the topology file', async () => {
    const policy = { ...site.world.site.policy, mode: 'observe' as const };
    Object.assign(site.world.site, { policy });
    const { exitCode, stdout } = await site.run(['status', 'tokyo']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(
      /mode observe.*\n(.*\n)*.*the deployed stack of tokyo differs from the topology file.*vyos-failover changes/,
    );
  });

  test('prints one JSON object with --json', async () => {
    const { exitCode, stdout } = await site.run(['status', 'tokyo', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout.replaceAll(`"${PRODUCT_VERSION}"`, '"VERSION"'))).toMatchSnapshot();
  });

  test('removes control characters from text of other origin', async () => {
    const pause = { since: site.world.now, until: site.world.now + 1000, by: 'eve', reason: '\u001b[2J\nall is well' };
    site.world.stored = { ...site.world.stored, pause };
    const { stdout } = await site.run(['status', 'tokyo']);
    expect(stdout).toContain('([2J all is well)');
    expect(stdout).not.toContain('\u001b');
  });
});

describe('status of a site that is not ok', () => {
  const shown = async (...more: string[]) => {
    const { exitCode, stdout } = await site.run(['status', 'tokyo', ...more]);
    return { exitCode, lines: stdout.split('\n') };
  };
  const stop = (name: string) => {
    site.world.ec2[name] = { ...site.world.ec2[name], instance: 'stopped' } as never;
  };

  test('is DOWN if traffic is lost: since when, from which neighbors nothing is received, and the next command', async () => {
    const { now } = site.world;
    const health = { state: 'degraded', since: now - 900_000, problems: ['no path'] } as const;
    site.world.stored = {
      ...site.world.stored,
      health: { ...health, severity: 'down', severitySince: now - 600_000 },
    };
    site.probe({ 'tokyo-1': 0, 'tokyo-2': 0 });
    const { exitCode, lines } = await shown();
    expect(exitCode).toBe(3);
    expect(lines.slice(0, 2)).toEqual([
      '✗ tokyo  DOWN  ap-northeast-1  owner: tokyo-1 (preferred)  mode: automatic  prefer: availability',
      '  Traffic is lost since 2026-11-23 02:50:00Z (10 min).',
    ]);
    expect(lines).toContain('  tokyo-1 receives nothing from virginia-1 (virginia).');
    expect(lines).toContain('  Next: vyos-failover explain tokyo');
  });

  test('advises a switchover, with the override of the pause, only to a fit router', async () => {
    await site.run(['pause', 'tokyo', '--for', '30m', '--reason', 'game day', '--yes']);
    stop('tokyo-1');
    expect((await shown()).lines).toContain(
      '  Next: vyos-failover switchover tokyo --to tokyo-2 --override paused --reason TEXT',
    );
    stop('tokyo-2');
    expect((await shown()).lines).toContain(
      '  Next: aws ec2 start-instances --region ap-northeast-1 --instance-ids i-0a1b2c3d4e5f60011',
    );
  });

  test('advises the end of a maintenance that leaves the site without a standby', async () => {
    await site.run(['maintenance', 'on', 'tokyo', 'tokyo-2', '--reason', 'new image', '--yes']);
    expect((await shown()).lines).toContain('  Next: vyos-failover maintenance off tokyo tokyo-2 --reason TEXT');
  });

  test('names a missing route, and the command that restores it', async () => {
    site.world.targets.delete('rtb-0a1b2c3d4e5f60022 10.2.0.0/20');
    const { exitCode, lines } = await shown();
    const command =
      'aws ec2 create-route --region ap-northeast-1 --route-table-id rtb-0a1b2c3d4e5f60022 --destination-cidr-block 10.2.0.0/20 ' +
      '--network-interface-id eni-0a1b2c3d4e5f60011';
    expect([exitCode, lines[0]]).toEqual([3, expect.stringMatching(/^✗ tokyo {2}DOWN/)]);
    expect(lines).toContain(
      `  ! managed route rtb-0a1b2c3d4e5f60022 10.2.0.0/20 is MISSING, and traffic to 10.2.0.0/20 is lost; to restore it: ${command}.`,
    );
    expect(lines).toContain(`  Next: ${command}`);
  });

  test.each([
    ['vyos-failover-tokyo-virginia--tokyo', 'aws ec2 create-route', 'Run aws ec2 create-route'],
    ['vyos-failover-other--tokyo', 'vyos-failover explain tokyo', 'Create no route'],
  ])(
    'restores a missing route of a table that %s has marked only if that is the site’s own stack',
    async (controller, next, remedy) => {
      const { world } = site;
      world.targets.delete('rtb-0a1b2c3d4e5f60022 10.2.0.0/20');
      const tools = world.tools.bind(world);
      world.tools = ((change: object) =>
        tools({
          ...change,
          describeRoutes: async (routes: Parameters<ReturnType<typeof tools>['describeRoutes']>[0]) =>
            (await tools({}).describeRoutes(routes)).map((each) =>
              each.table.endsWith('22') ? { ...each, controller } : each,
            ),
        } as never)) as never;
      expect((await shown()).lines.find((line) => line.startsWith('  Next:'))).toContain(`Next: ${next}`);
      const { stdout } = await site.run(['doctor', 'tokyo', '--json'], { cloud: new FakeCloud() });
      expect(stdout).toContain(remedy);
    },
  );

  test('names the routes that a swap left, with EC2’s reason; explain does not promise that the probe moves them', async () => {
    site.world.faults.push({ kind: 'final', code: 'UnauthorizedOperation', message: 'not authorized.' });
    await site.run(['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'kernel', '--yes']);
    const left = 'rtb-0a1b2c3d4e5f60021 10.2.0.0/20 (UnauthorizedOperation: not authorized)';
    const { lines } = await shown();
    expect(lines.join('\n')).toContain(
      `SwapUnfinished: swap 1 to tokyo-2 (switchover) is not recorded as finished; not moved yet: ${left}`,
    );
    const { stdout } = await site.run(['explain', 'tokyo', '--json']);
    const { wouldChange } = JSON.parse(stdout) as { wouldChange: string[] };
    expect(wouldChange[0]).toMatch(
      /tries again to move the route .*; EC2 refused rtb-0a1b2c3d4e5f60021 10\.2\.0\.0\/20: Unauthorized/,
    );
  });

  test('is only ATTENTION during a pause, and shows how to end it', async () => {
    await site.run(['pause', 'tokyo', '--for', '30m', '--reason', 'game day', '--yes']);
    const { exitCode, lines } = await shown();
    expect([exitCode, lines[0]?.slice(0, 19)]).toEqual([3, '! tokyo  ATTENTION ']);
    expect(lines).toContain('  Next: vyos-failover resume tokyo');
  });

  test('after a failover shows the preferred router beside the owner', async () => {
    for (const route of site.world.targets.keys()) site.world.targets.set(route, 'eni-0a1b2c3d4e5f60012');
    const { exitCode, lines } = await shown();
    expect([exitCode, lines[0]]).toEqual([0, expect.stringContaining('owner: tokyo-2 (preferred: tokyo-1)')]);
    expect(lines.join('\n')).toMatch(/tokyo-1 {2}standby {2}0 .*\n {2}tokyo-2 {2}owner {4}2 /);
  });

  test('names the failure at another site that it follows from', async () => {
    site.probe({ 'tokyo-1': 1, 'tokyo-2': 0 });
    const virginia = new AskedSite('virginia');
    virginia.world.ec2['virginia-2'] = { ...virginia.world.ec2['virginia-2'], instance: 'stopped' } as never;
    const invoke = (call: Call) => (call.region === 'us-east-1' ? virginia : site).answer(call);
    const { exitCode, stdout } = await site.run(['status', 'tokyo'], { invoke });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('\n  It follows from another site: virginia-2 of virginia is stopped.\n');
    const both = JSON.parse((await site.run(['status', '--json'], { invoke })).stdout) as Record<string, unknown>;
    expect(both).toMatchObject({
      severity: 'degraded',
      sites: [{ followsFrom: ['virginia-2 of virginia is stopped'] }, { followsFrom: [] }],
    });
  });
});

describe('status of all sites', () => {
  test('shows the sites that answer, the faults of the others, and ends with 1', async () => {
    const { exitCode, stdout, stderr } = await site.run(['status']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✓ tokyo/);
    expect(stderr).toMatch(
      /^virginia: there is no function vyos-failover-tokyo-virginia--virginia--route-swap in us-east-1\n {4}hint: deploy it/,
    );
  });

  test('prints hints as a field of --json, without line breaks', async () => {
    const { unseen } = JSON.parse((await site.run(['status', '--json'])).stdout) as { unseen: unknown };
    expect(unseen).toEqual([
      {
        name: 'virginia',
        region: 'us-east-1',
        says: 'virginia: there is no function vyos-failover-tokyo-virginia--virginia--route-swap in us-east-1',
        hint: expect.stringMatching(/^deploy it .*$/) as string,
      },
    ]);
  });
});
