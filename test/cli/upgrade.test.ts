import { beforeEach, describe, expect, test } from 'vitest';
import { UPGRADE, UpgradableSite, WHOLE_STORY } from './upgradable-site.ts';

let site: UpgradableSite;
beforeEach(() => {
  site = new UpgradableSite();
});

test('replaces the standby, moves the routes to it, and replaces the former owner', async () => {
  const { exitCode, stdout, stderr } = await site.run(UPGRADE);
  expect(stderr).toMatchInlineSnapshot(`
    "ROUTER   TRAFFIC  INSTANCE  STATE     IMAGE          TYPE
    tokyo-1  owner    i-01      outdated  ami-1 → ami-2  c5n.large
    tokyo-2  –        i-02      outdated  ami-1 → ami-2  c5n.large
    tokyo: replace the instance of tokyo-2…
    tokyo: ann@desk took tokyo-2 into maintenance (upgrade: its instance is being replaced): it gets no further routes until that ends, and keeps those that it has.
    tokyo: termination protection of i-02 (tokyo-2) is off
    tokyo: removing the instance of tokyo-2…
    vyos-failover-created--tokyo--router--tokyo-2: UPDATE_IN_PROGRESS…
    tokyo: ann@desk ended the maintenance of tokyo-2 (upgrade: its instance is being replaced).
    tokyo: launching an instance of tokyo-2: ami-2, c5n.large…
    vyos-failover-created--tokyo--router--tokyo-2: UPDATE_IN_PROGRESS…
    tokyo: waiting for tokyo-2: tokyo-2 is not fit: nothing is known of its eBGP sessions
    tokyo: waiting for tokyo-2: tokyo-2 is not fit: none of its 1 eBGP sessions is Established (by the probe, 0 s ago)
    tokyo: tokyo-2 is fit and in sync; it must stay so for 30 s…
    tokyo: switchover to tokyo-2…
    tokyo: tokyo-2 is fit and in sync; it must stay so for 30 s…
    tokyo: ann@desk asks for a switchover to tokyo-2 (upgrade of tokyo); tokyo-2 was fit and took the routes.
    tokyo: replace the instance of tokyo-1…
    tokyo: ann@desk took tokyo-1 into maintenance (upgrade: its instance is being replaced): it gets no further routes until that ends, and keeps those that it has.
    tokyo: termination protection of i-01 (tokyo-1) is off
    tokyo: removing the instance of tokyo-1…
    vyos-failover-created--tokyo--router--tokyo-1: UPDATE_IN_PROGRESS…
    tokyo: ann@desk ended the maintenance of tokyo-1 (upgrade: its instance is being replaced).
    tokyo: launching an instance of tokyo-1: ami-2, c5n.large…
    vyos-failover-created--tokyo--router--tokyo-1: UPDATE_IN_PROGRESS…
    tokyo: waiting for tokyo-1: tokyo-1 is not fit: nothing is known of its eBGP sessions
    tokyo: waiting for tokyo-1: tokyo-1 is not fit: none of its 1 eBGP sessions is Established (by the probe, 0 s ago)
    tokyo: tokyo-1 is fit and in sync; it must stay so for 30 s…
    "
  `);
  expect(stdout).toMatchInlineSnapshot(`
    "✓ tokyo: The instances of tokyo-2 and tokyo-1 are replaced.
    The routes of tokyo point at tokyo-2.
    ROUTER   TRAFFIC  INSTANCE  STATE    IMAGE  TYPE
    tokyo-1  –        i-04      current  ami-2  c5n.large
    tokyo-2  owner    i-03      current  ami-2  c5n.large
    note: the deployed topology still has ami-1, c5n.large. Write the new image and instanceType into the file and deploy, or the next upgrade or rollout launches the old ones again.
    note: the topology prefers tokyo-1. To move the routes back: vyos-failover failback tokyo --reason TEXT
    "
  `);
  expect(exitCode).toBe(0);
  expect(site.story).toEqual(WHOLE_STORY);
  expect(site.world.stored.maintenance).toEqual({});
});

test('has nothing to do the second time, and ends with 0', async () => {
  await site.run(UPGRADE);
  site.story.length = 0;
  expect(await site.asJson(UPGRADE)).toMatchObject({ exitCode: 0, view: { outcome: 'current', next: null } });
  expect(site.story).toEqual([]);
});

test('without an option it replaces what is not as the deployed template has it', async () => {
  expect((await site.asJson(['upgrade', 'tokyo', '--yes'])).view).toMatchObject({ outcome: 'current' });
  for (const name of ['tokyo-1', 'tokyo-2'] as const) site.stack(name).defaults['InstanceType'] = 'c6in.large';
  expect((await site.asJson(['upgrade', 'tokyo', '--yes'])).view).toMatchObject({
    outcome: 'upgraded',
    owner: 'tokyo-2',
    notes: [expect.stringContaining('failback tokyo')],
  });
  expect(site.stack('tokyo-1').parameters['InstanceType']).toBe('c6in.large');
  // A new version of the launch template, as a deployment makes it.
  site.stack('tokyo-1').outputs['LatestLaunchTemplateVersion'] = '7';
  site.story.length = 0;
  await site.run(['upgrade', 'tokyo', '--yes']);
  expect(site.story).toEqual(['tokyo-1 removed, owner tokyo-2', 'tokyo-1 launched from ami-1']);
  expect(site.stack('tokyo-1').parameters['LaunchTemplateVersion']).toBe('7');
});

test('--dry-run lists the steps and changes nothing', async () => {
  const { exitCode, view } = await site.asJson(['upgrade', 'tokyo', '--image', 'ami-2', '--dry-run']);
  expect(exitCode).toBe(0);
  expect(view).toMatchObject({
    schema: 'vyos-failover.upgrade/1',
    outcome: 'planned',
    steps: ['replace the instance of tokyo-2', 'switchover to tokyo-2', 'replace the instance of tokyo-1'],
    owner: 'tokyo-1',
    routers: [{ name: 'tokyo-1', state: 'outdated', wantedImage: 'ami-2' }, { name: 'tokyo-2' }],
  });
  expect(site.cloud.calls).toEqual([]);
});

test('changes nothing and ends with 4 if the operator does not confirm', async () => {
  const line = ['upgrade', 'tokyo', '--image', 'ami-2'];
  const { exitCode, stdout, stderr } = await site.run(line, { terminal: true, stdin: 'n\n' });
  expect(exitCode).toBe(4);
  expect(stderr).toContain(
    'Replace the instance of tokyo-2, then switchover to tokyo-2, then replace the instance of tokyo-1? [y/N]',
  );
  expect(stdout).toContain('Declined; nothing was changed.');
  expect(site.cloud.calls).toEqual([]);
});

describe('the gate', () => {
  test.each([
    ['the standby is not fit', () => site.breakBgp('tokyo-2'), 'tokyo-2 is not fit: none of its 1 eBGP sessions'],
    ['the owner is not fit', () => site.breakBgp('tokyo-1'), 'tokyo-1 is not fit'],
    ['the site is paused', pause, 'ann paused this site until 2026-11-23 03:01:00Z (circuit work); --override paused'],
    ['a router has another configuration', differ, 'tokyo-2 differs from the topology: run vyos-failover config push'],
    ['a configuration cannot be read', unread, 'the configuration of tokyo-1 could not be read'],
    ['the routes are split', split, 'the managed routes are split between the routers of the pair'],
    [
      'the site only observes',
      observe,
      'this site only observes (mode: observe), which refuses the switchover; --override mode-observe',
    ],
  ])('refuses with 4 while %s', async (_, change, why) => {
    change();
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect(view).toMatchObject({
      outcome: 'refused',
      next: null,
      retry: 'vyos-failover upgrade tokyo --image ami-2',
    });
    expect(view['says']).toContain(why);
    expect(exitCode).toBe(4);
    expect(site.cloud.calls).toEqual([]);
  });

  test('names the command that replaces an unfit router, if its own fitness is all that is missing', async () => {
    const repair = 'Repair it, or replace it alone: --router tokyo-2 --replace.';
    site.breakBgp('tokyo-2');
    expect((await site.asJson(UPGRADE)).view['says']).toContain(repair);
    pause();
    expect((await site.asJson(UPGRADE)).view['says']).not.toContain(repair);
  });

  test('sets the pause aside by its name', async () => {
    pause();
    expect((await site.asJson([...UPGRADE, '--override', 'paused'])).view).toMatchObject({ outcome: 'upgraded' });
  });

  test('refuses a replacement whose image was deregistered since the last launch', async () => {
    site.cloud.images.delete('ami-1');
    const { exitCode, view } = await site.asJson(['upgrade', 'tokyo', '--router', 'tokyo-2', '--replace', '--yes']);
    expect(exitCode).toBe(4);
    expect(view['says']).toContain('The image ami-1 does not exist in ap-northeast-1');
    expect(site.cloud.calls).toEqual([]);
  });

  test.each([
    ['image', ['--image', 'ami-9'], 'The image ami-9 does not exist in ap-northeast-1'],
    ['instance type', ['--type', 'c9.large'], 'EC2 does not offer c9.large in the zone of tokyo-2'],
  ])('refuses an %s that does not exist, before anything is removed', async (_, options, why) => {
    const { exitCode, view } = await site.asJson(['upgrade', 'tokyo', ...options, '--yes']);
    expect(exitCode).toBe(4);
    expect(view['says']).toContain(why);
    expect(site.cloud.calls).toEqual([]);
  });

  function pause(): void {
    const pauseOf = { since: 0, until: site.world.now + 60_000, by: 'ann', reason: 'circuit work' };
    site.world.stored = { ...site.world.stored, pause: pauseOf };
  }
  function differ(): void {
    site.plans['tokyo-2'] = { commands: ['set system host-name x'] };
  }
  function unread(): void {
    site.plans['tokyo-1'] = { digest: '' };
  }
  test('of the mode is set aside by its name, and does not concern the replacement of a standby', async () => {
    observe();
    expect((await site.asJson([...UPGRADE, '--router', 'tokyo-2'])).view).toMatchObject({ outcome: 'upgraded' });
    expect((await site.asJson([...UPGRADE, '--override', 'mode-observe'])).view).toMatchObject({ outcome: 'upgraded' });
  });

  function observe(): void {
    Object.assign(site.world.site.policy, { mode: 'observe' });
  }
  function split(): void {
    site.world.targets.set([...site.world.targets.keys()][0] ?? '', 'eni-0f');
  }
});

describe('a removal that fails', () => {
  const rollBack = () => {
    site.cloud.onUpdate = () => (ended) => {
      ended.status = 'UPDATE_ROLLBACK_COMPLETE';
      Object.assign(ended.parameters, { Present: 'true', ImageId: 'ami-1' });
    };
  };

  test('leaves the instance with its termination protection, and without maintenance', async () => {
    rollBack();
    const { exitCode, stderr } = await site.asJson(UPGRADE);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('termination protection of i-02 (tokyo-2) is on again');
    expect([...site.cloud.unprotected]).toEqual([]);
    expect(site.world.stored.maintenance).toEqual({});
  });

  test('because CloudFormation refuses the update, does so, too', async () => {
    site.cloud.updateStack = () => Promise.reject(new Error('Access denied'));
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect({ exitCode, says: view['says'] }).toEqual({
      exitCode: 1,
      says: expect.stringContaining('Access denied') as string,
    });
    expect([...site.cloud.unprotected]).toEqual([]);
    expect(site.world.stored.maintenance).toEqual({});
  });
});

describe('maintenance', () => {
  test('that another run ends before the removal: nothing is removed', async () => {
    site.afterRequest = (request) => {
      const { action, on } = request as { action: string; on?: boolean };
      if (action === 'maintenance' && on === true) site.world.stored = { ...site.world.stored, maintenance: {} };
    };
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect(exitCode).toBe(4);
    expect(view['says']).toContain('another command has ended or replaced its maintenance');
    expect(site.story).toEqual([]);
  });

  test('of an operator is not ended by --replace', async () => {
    const maintenance = { 'eni-02': { since: 0, by: 'ann', reason: 'disk check' } };
    site.world.stored = { ...site.world.stored, maintenance };
    const { exitCode, view } = await site.asJson(['upgrade', 'tokyo', '--router', 'tokyo-2', '--replace', '--yes']);
    expect(exitCode).toBe(4);
    expect(view['says']).toContain('tokyo-2 is in maintenance (ann: disk check): end it first');
    expect(site.world.stored.maintenance).toEqual(maintenance);
  });
});

test.each(['tokyo-1', 'tokyo-2'] as const)('launches %s again after its instance was terminated', async (name) => {
  site.terminate(name);
  const { exitCode, view } = await site.asJson(['upgrade', 'tokyo', '--yes']);
  expect(exitCode).toBe(0);
  expect(view).toMatchObject({ outcome: 'upgraded', routers: [{ state: 'current' }, { state: 'current' }] });
  expect(site.story).toEqual([`${name} launched from ami-1`]);
});

describe('a launch that fails', () => {
  test('because the old instance is still there, is not begun', async () => {
    site.keepsInstances = true;
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect(exitCode).toBe(1);
    expect(view['says']).toContain('i-02 is still attached to the interface of tokyo-2.');
    expect(view['says']).toContain('aws ec2 terminate-instances --region ap-northeast-1 --instance-ids i-02');
    expect(view).toMatchObject({ owner: 'tokyo-1', routers: [{}, { state: 'removed', instance: 'i-02' }] });
    expect(site.stack('tokyo-2').parameters['Present']).toBe('false');
  });

  test('leaves a fit owner, says why, and another image continues', async () => {
    site.unlaunchable.set(
      'ami-2',
      'OptInRequired: In order to use this AWS Marketplace product you need to accept terms',
    );
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect(exitCode).toBe(1);
    expect(view).toMatchObject({
      outcome: 'failed',
      owner: 'tokyo-1',
      routers: [{ state: 'outdated' }, { state: 'removed', instance: null }],
    });
    expect(view['says']).toMatch(/Instance \(AWS::EC2::Instance\): OptInRequired.*Subscribe to the image/);
    site.cloud.images.add('ami-3');
    const second = await site.asJson(['upgrade', 'tokyo', '--image', 'ami-3', '--yes']);
    expect(second).toMatchObject({ exitCode: 0, view: { outcome: 'upgraded' } });
    expect(site.story).toEqual(WHOLE_STORY.map((line) => line.replace('ami-2', 'ami-3')));
  });

  test('for an image with another root device says which one is needed', async () => {
    site.unlaunchable.set('ami-2', 'MissingParameter: The request must contain the parameter size or snapshotId');
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect(exitCode).toBe(1);
    expect(view['says']).toContain('The root device of the image is not /dev/xvda: choose another --image');
  });

  test('an instance that does not come up in 20 minutes ends with 1; the owner keeps the traffic', async () => {
    site.plans['tokyo-2'] = {};
    site.beforeSleep = () => {
      if (site.stack('tokyo-2').parameters['LaunchTemplateVersion'] === '2') site.breakBgp('tokyo-2');
    };
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect(exitCode).toBe(1);
    expect(view['says']).toContain('tokyo-2 is not ready to carry traffic: tokyo-2 is not fit');
    expect(view).toMatchObject({ owner: 'tokyo-1', next: 'vyos-failover upgrade tokyo --image ami-2' });
    expect(site.story).toEqual(WHOLE_STORY.slice(0, 2));
  });
});

describe('a router that is not fit although its instance is what is wanted', () => {
  const UNFIT = /^There is nothing to upgrade, but tokyo-2 is not fit: none of its 1 eBGP sessions is Established/;

  test('is named with what to do, and the command ends with 1', async () => {
    site.breakBgp('tokyo-2');
    const { exitCode, view } = await site.asJson(['upgrade', 'tokyo', '--yes']);
    expect({ exitCode, outcome: view['outcome'] }).toEqual({ exitCode: 1, outcome: 'failed' });
    expect(view['says']).toMatch(UNFIT);
    expect(view['says']).toContain('Repair it, or replace it alone: --router tokyo-2 --replace.');
    const dry = await site.asJson(['upgrade', 'tokyo', '--dry-run']);
    expect(dry).toMatchObject({ exitCode: 0, view: { says: expect.stringMatching(UNFIT) as string } });
  });

  test('is not to be replaced while the other one cannot carry the traffic either', async () => {
    site.breakBgp('tokyo-1');
    site.breakBgp('tokyo-2');
    const { view } = await site.asJson(['upgrade', 'tokyo', '--router', 'tokyo-2', '--yes']);
    expect(view['says']).toMatch(UNFIT);
    expect(view['says']).not.toContain('--replace');
  });
});

describe('--router', () => {
  test('replaces one instance; of the owner only after a switchover', async () => {
    await site.run([...UPGRADE, '--router', 'tokyo-1']);
    expect(site.story).toEqual([
      'switchover to tokyo-2',
      'tokyo-1 removed, owner tokyo-2',
      'tokyo-1 launched from ami-2',
    ]);
  });

  test('is refused for the owner without a fit peer', async () => {
    site.breakBgp('tokyo-2');
    const { exitCode, view } = await site.asJson([...UPGRADE, '--router', 'tokyo-1']);
    expect(exitCode).toBe(4);
    expect(view['says']).toContain('tokyo-2 is not ready to carry traffic: tokyo-2 is not fit');
    expect(site.story).toEqual([]);
  });

  test('with --replace it repairs a router that is not fit and is current', async () => {
    site.breakBgp('tokyo-2');
    const { view } = await site.asJson(['upgrade', 'tokyo', '--router', 'tokyo-2', '--replace', '--yes']);
    expect(view).toMatchObject({
      outcome: 'upgraded',
      owner: 'tokyo-1',
      says: 'The instance of tokyo-2 is replaced.',
      next: null,
    });
    expect(site.story).toEqual(['tokyo-2 removed, owner tokyo-1', 'tokyo-2 launched from ami-1']);
  });
});

describe('a router that is broken and does not answer any more', () => {
  beforeEach(() => {
    const { now } = site.world;
    const applying = { router: 'tokyo-2', attempt: 'run-7', state: 'broken' as const, undoneBy: now, commands: 3 };
    const left = { ...applying, lines: [], others: [] };
    const about = { id: 'push-7', by: 'bob', at: now, run: 'run-7', leasedUntil: 0, done: [], finished: false };
    site.world.push = { ...about, applying: left };
    site.breakBgp('tokyo-2');
  });

  test('is not replaced, and the refusal names the way out', async () => {
    const { exitCode, view } = await site.asJson(['upgrade', 'tokyo', '--router', 'tokyo-2', '--replace', '--yes']);
    expect([exitCode, view['says']]).toEqual([
      4,
      expect.stringMatching(/tokyo-2 is broken: .*docs\/runbook\.md, "A router that is broken"/),
    ]);
    expect(site.story).toEqual([]);
  });

  test('gets a new instance once its own is terminated', async () => {
    site.terminate('tokyo-2');
    const { exitCode, view } = await site.asJson(['upgrade', 'tokyo', '--router', 'tokyo-2', '--yes']);
    expect(view).toMatchObject({ outcome: 'upgraded', owner: 'tokyo-1', says: 'The instance of tokyo-2 is replaced.' });
    expect([exitCode, site.story]).toEqual([0, ['tokyo-2 launched from ami-1']]);
  });
});

describe('bad input', () => {
  test.each([
    [
      'an existing site',
      ['upgrade', 'tokyo', '--topology', 'tokyo-virginia.yaml', '--yes'],
      'not part of the deployment',
    ],
    ['--replace without --router', [...UPGRADE, '--replace'], '--replace needs --router'],
    ['an owner and a name as image', ['upgrade', 'tokyo', '--image', 'VyOS*', '--yes'], 'ami-… or ssm:/NAME'],
    ['a router of another site', [...UPGRADE, '--router', 'virginia-1'], 'has no router "virginia-1"'],
  ])('%s is a usage error', async (_, line, why) => {
    const { exitCode, stderr } = await site.run(line);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(why) as string });
  });

  test('a stack that does not exist, or accepts no update, is named with what to do', async () => {
    site.cloud.stacks.delete('vyos-failover-created--tokyo--router--tokyo-1');
    site.stack('tokyo-2').status = 'UPDATE_ROLLBACK_FAILED';
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect(exitCode).toBe(1);
    expect(view['says']).toContain('--router--tokyo-1 does not exist in ap-northeast-1: deploy the topology.');
    expect(view['says']).toContain('aws cloudformation continue-update-rollback');
  });

  test('a stack whose creation was not rolled back keeps a protected instance, which is named', async () => {
    site.stack('tokyo-2').status = 'ROLLBACK_FAILED';
    const { view } = await site.asJson(UPGRADE);
    expect(view['says']).toContain(
      'run aws ec2 modify-instance-attribute --region ap-northeast-1 --instance-id i-02 --no-disable-api-termination, and deploy',
    );
    expect(view['says']).not.toContain('delete-stack');
  });

  test('a stack whose first change set was never executed is no operation to wait for', async () => {
    site.stack('tokyo-2').status = 'REVIEW_IN_PROGRESS';
    site.beforeSleep = () => expect.fail('waits');
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect(exitCode).toBe(1);
    expect(view['says']).toContain('is REVIEW_IN_PROGRESS: delete it (aws cloudformation delete-stack');
  });
});
