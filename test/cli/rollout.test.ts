import { describe, expect, test } from 'vitest';
import { ChangingDeployment } from './changing-deployment.ts';
import { ask, changes, ENI_1, edited, FILE, kinds, rollout } from './edited-deployment.ts';

/** Without explicit tunnels, so that they follow the roles and the names. */
const DEFAULT_TUNNELS = FILE.slice(0, FILE.indexOf('# These two are also the default.'));

/** Nothing is left to do, and the routes are where they were or where the rollout said. */
async function expectComplete(deployment: ChangingDeployment, site = 'tokyo', owner = 'tokyo-1') {
  expect(await changes(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'none', steps: [] } });
  expect(deployment.owner(site)).toBe(owner);
}

test('without an edit there is nothing to do', async () => {
  const deployment = edited((text) => text);
  await expectComplete(deployment);
  expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'none' } });
  expect(deployment.story).toEqual([]);
});

test('where the configurations cannot be read it is unknown whether anything is to be done', async () => {
  const deployment = edited((text) => text);
  deployment.isConfigPushWell = false;
  const { exitCode, stderr, view } = await rollout(deployment);
  const says = 'It is unknown whether anything is left to do, because not everything could be read.';
  expect([exitCode, view]).toMatchObject([3, { outcome: 'unknown', says, steps: null, next: 'vyos-failover rollout' }]);
  expect(stderr).toContain('note: tokyo: the configuration of tokyo-1 could not be read.\n');
  expect(await changes(deployment)).toMatchObject({ exitCode: 3, view: { outcome: 'unknown', steps: [] } });
  expect((await deployment.run(['changes'])).stdout).toMatch(
    /^! .*: it is unknown whether anything is to be changed, because not everything could be read\.\n/,
  );
});

test('where the programs of a router are not known it is unknown whether anything is to be done', async () => {
  const deployment = edited((text) => text);
  deployment.silent.add('tokyo-2');
  expect(await changes(deployment)).toMatchObject({
    exitCode: 3,
    view: { outcome: 'unknown', notes: ['tokyo: the programs of tokyo-2 are not known.'] },
  });
  expect(await rollout(deployment)).toMatchObject({ exitCode: 3, view: { outcome: 'unknown', steps: null } });
});

test('where the keys cannot be read it is unknown whether anything is to be done', async () => {
  const deployment = edited((text) => text);
  deployment.cloud.existingParameters = () =>
    Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  const { exitCode, stdout } = await deployment.run(['changes', '--json']);
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([
    3,
    { outcome: 'unknown', notes: ['The keys of tunnels and Serf could not be read.'] },
  ]);
});

test('that a key exists is known without its value, which needs no permission to decrypt it', async () => {
  const deployment = edited((text) => text);
  const readSecrets = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  const secrets = { readSecrets, createSecret: () => Promise.resolve(false) };
  const { exitCode } = await deployment.run(['changes', '--json'], { secrets });
  expect(exitCode).toBe(0);
});

test('a key of a tunnel that only one of its Regions has is missing', async () => {
  const deployment = edited((text) => text);
  deployment.cloud.existingParameters = (region, names) =>
    Promise.resolve(new Set(names.filter((name) => region !== 'us-east-1' || !name.includes('--'))));
  const ended = await changes(deployment);
  expect(ended.exitCode).toBe(3);
  expect(kinds(ended)).toEqual(['keys']);
});

test('a rollout that cannot read the configurations afterwards does not say that the routers are as the file has them', async () => {
  const deployment = edited((text) => text.replace('mode: automatic', 'mode: observe'));
  deployment.isConfigPushWell = false;
  expect(await rollout(deployment)).toMatchObject({ exitCode: 3, view: { outcome: 'unknown', steps: null } });
  expect(deployment.story).toContain('deploy tokyo');
});

describe('a router is renamed', () => {
  const rename = (text: string) => text.replaceAll(/tokyo-1(?!--)(?=[:,])/g, 'tokyo-a');

  test('all sites are deployed, then its programs and its configuration follow', async () => {
    const deployment = edited(rename);
    const { exitCode, view } = await changes(deployment);
    expect(exitCode).toBe(3);
    expect(view.edits?.[0]).toMatchObject({
      says: 'tokyo: router tokyo-1 is renamed to tokyo-a',
      pendingAt: ['tokyo', 'virginia'],
    });
    expect(view.steps.map(({ kind }) => kind)).toEqual(['deploy', 'deploy', 'install', 'install', 'push']);
    expect(view.steps[0]?.costs.join(' ')).toContain('reports of tokyo-a are rejected (400) until');
    // A command that reads another file than the change would know the router by its earlier name.
    expect(view.steps[2]?.command).toMatch(/^vyos-failover router install tokyo --topology \S*topology\.yaml$/);
    // One router has no order.
    expect(view.steps[3]?.says).toBe('install the deployed programs on virginia-1');
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'done' } });
    expect(deployment.story.slice(0, 2)).toEqual(['deploy tokyo', 'deploy virginia']);
    await expectComplete(deployment, 'tokyo', 'tokyo-a');
  });

  test('a push before the deployment is rejected with a sentence, and changes nothing', async () => {
    const deployment = edited(rename);
    const { exitCode, view } = await ask(deployment, ['config', 'push', 'topology.yaml', '--yes']);
    expect(exitCode).toBe(2);
    expect(view.says).toContain('tokyo-a');
    expect(deployment.story).toEqual([]);
    expect(deployment.owner('tokyo')).toBe('tokyo-1');
  });
});

describe('roles are swapped', () => {
  const swap = (text: string) =>
    text
      .replace('role: active', 'role: X')
      .replace('role: standby', 'role: active')
      .replace('role: X', 'role: standby');

  test('with tunnels that stay: deployment, programs, configurations; the routes stay', async () => {
    const deployment = edited(swap);
    expect((await changes(deployment)).view.edits?.[0]?.says).toBe('tokyo: tokyo-2 becomes the active router');
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'done' } });
    await expectComplete(deployment);
  });

  test('with default tunnels both ends of each tunnel change together, and the routes stay', async () => {
    const deployment = edited(swap, DEFAULT_TUNNELS);
    const { view } = await changes(deployment);
    expect(kinds({ view })).toEqual(expect.arrayContaining(['keys', 'deploy', 'push']));
    expect(view.steps.at(-1)?.costs.join(' ')).toContain('is down until both of its ends have changed');
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'done' } });
    await expectComplete(deployment);
  });
});

test('new keys for a full mesh would need the two routers of a site at once, which is refused before anything is done', async () => {
  const mesh = ['tokyo-1', 'tokyo-2'].flatMap((one) =>
    ['virginia-1', 'virginia-2'].map((other) => `  - { between: [${one}, ${other}], psk: /keys/${one}--${other} }\n`),
  );
  const text = `${DEFAULT_TUNNELS}\ntunnels:\n${mesh.join('')}`;
  const deployment = edited((before) => before.replaceAll('/keys/', '/new-keys/'), text);
  const { exitCode, view } = await rollout(deployment);
  expect(exitCode).toBe(4);
  expect(view.says).toContain('the two routers of a site never change together');
  expect(deployment.story).toEqual([]);
});

describe('an interface is replaced', () => {
  const ENI_X = 'eni-0a1b2c3d4e5f600aa';
  const replace = (text: string) =>
    text.replaceAll(ENI_1, ENI_X).replaceAll('i-0a1b2c3d4e5f60011', 'i-0a1b2c3d4e5f600aa');

  test('the owner is moved away first, then the operator attaches, then the stacks are deployed', async () => {
    const deployment = edited(replace);
    const first = await rollout(deployment);
    expect(first).toMatchObject({ exitCode: 4, view: { outcome: 'waiting' } });
    expect(first.view.says).toContain('launch i-0a1b2c3d4e5f600aa of tokyo-1 with the interface eni-0a1b2c3d4e5f600aa');
    expect(first.view.next).toBe('vyos-failover rollout');
    expect(deployment.story).toEqual(['switchover to tokyo-2']);
    deployment.launch(ENI_X, 'tokyo-1');
    deployment.cloud.attached.set(ENI_X, { instance: 'i-0a1b2c3d4e5f600aa', since: deployment.now });
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'done' } });
    expect(deployment.story.slice(0, 2)).toEqual(['switchover to tokyo-2', 'deploy tokyo']);
    await expectComplete(deployment, 'tokyo', 'tokyo-2');
  });

  test('both interfaces at once are refused', async () => {
    const deployment = edited((text) => replace(text).replaceAll('eni-0a1b2c3d4e5f60012', 'eni-0a1b2c3d4e5f600bb'));
    const { exitCode, view } = await rollout(deployment);
    expect(exitCode).toBe(4);
    expect(view.says).toContain('Both routers of tokyo are replaced');
    expect(deployment.story).toEqual([]);
  });
});

describe('what is not known stops a rollout before it begins', () => {
  const ENI_X = 'eni-0a1b2c3d4e5f600aa';
  const replace = (text: string) =>
    text.replaceAll(ENI_1, ENI_X).replaceAll('i-0a1b2c3d4e5f60011', 'i-0a1b2c3d4e5f600aa');
  const refusedBy = async (deployment: ChangingDeployment, around = {}, ...more: readonly string[]) => {
    const { exitCode, view } = await ask(deployment, ['rollout', '--yes', ...more], around);
    expect(exitCode).toBe(4);
    expect(deployment.story).toEqual([]);
    return view.says;
  };
  const silent = { invoke: () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' })) };

  test('the owner, if a router is replaced: the operator would detach the router that carries the traffic', async () => {
    const says = await refusedBy(edited(replace), silent, '--override', 'unfit');
    expect(says).toContain('tokyo-1 is replaced, and it is not known which router of tokyo carries its traffic');
  });

  test('whether the routers are fit, if the functions do not answer', async () => {
    const deployment = edited((text) => text.replaceAll('holdDown: 5m', 'holdDown: 6m'));
    expect(await refusedBy(deployment, silent)).toContain('tokyo: its functions do not answer');
  });

  test('what is deployed, by a version that states no topology, if it has other interfaces', async () => {
    const deployment = edited(replace);
    for (const stack of deployment.cloud.stacks.values()) stack.metadata = {};
    expect(await refusedBy(deployment)).toContain('Deploy the former interfaces and instances with this version first');
    deployment.write(FILE);
    expect(kinds(await changes(deployment))[0]).toBe('deploy');
  });

  test('what is deployed, by a later version', async () => {
    const deployment = edited((text) => text);
    for (const stack of deployment.cloud.stacks.values())
      stack.metadata = { 'vyos-failover': { schema: 'vyos-failover.deployed/2', version: '9.0.0' } };
    expect(await refusedBy(deployment)).toContain('use version 9.0.0 of vyos-failover, which deployed it');
  });

  test('former interfaces, if the site is renamed at the same time', async () => {
    const deployment = edited((text) => replace(text).replace('\n  tokyo:', '\n  edo:'));
    expect(await refusedBy(deployment)).toContain('tokyo is deployed under another name, and tokyo-1 is replaced');
  });
});

describe('managed routes', () => {
  const add = (text: string) =>
    text.replace('destinations: [10.2.0.0/20]', 'destinations: [10.2.0.0/20, 10.2.16.0/20]');

  test('a destination is deployed only when its route exists', async () => {
    const deployment = edited(add);
    deployment.cloud.missingRoutes.add('rtb-0a1b2c3d4e5f60022 10.2.16.0/20');
    const first = await rollout(deployment);
    expect(first).toMatchObject({ exitCode: 4, view: { outcome: 'waiting' } });
    expect(first.view.steps[0]?.command).toBe(
      `aws ec2 create-route --region ap-northeast-1 --route-table-id rtb-0a1b2c3d4e5f60022 --destination-cidr-block 10.2.16.0/20 --network-interface-id ${ENI_1}`,
    );
    expect(deployment.story).toEqual([]);
    deployment.cloud.missingRoutes.clear();
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0 });
    expect(deployment.story).toEqual(['deploy tokyo']);
  });

  test('a destination that is removed is no longer moved, which is stated', async () => {
    const deployment = new ChangingDeployment(add(FILE));
    deployment.write(FILE);
    const { view } = await changes(deployment);
    expect(view.steps.map(({ kind }) => kind)).toEqual(['deploy']);
    expect(view.steps[0]?.costs).toEqual([
      'tokyo: the routes of 10.2.16.0/20 in rtb-0a1b2c3d4e5f60022 stay as they are and are no longer moved.',
    ]);
  });

  test('a table that another topology manages is refused', async () => {
    const deployment = edited(add);
    deployment.cloud.controllers.set('rtb-0a1b2c3d4e5f60022', 'vyos-failover-other--tokyo');
    const { exitCode, view } = await rollout(deployment);
    expect(exitCode).toBe(4);
    expect(view.says).toContain('moved by the stack vyos-failover-other--tokyo, which the file does not replace');
    expect(deployment.story).toEqual([]);
  });
});

describe('a site is renamed', () => {
  const rename = (text: string) => text.replace('\n  tokyo:', '\n  edo:');

  test('its routers have an agent, by which the probe reads them, so they need no first bundle', async () => {
    const deployment = edited(rename);
    deployment.isConfigPushWell = false;
    await rollout(deployment);
    expect(deployment.story.slice(0, 3)).toEqual(['destroy tokyo', 'deploy edo', 'deploy virginia']);
    deployment.passTime(60_000);
    deployment.site('edo').world.keepsContact = false;
    expect(kinds(await changes(deployment))).toEqual([]);
  });

  test('its controller ends before its successor is deployed, and the gap is stated', async () => {
    const deployment = edited(rename);
    const { view } = await changes(deployment);
    expect(view.edits?.[0]?.says).toBe('site tokyo is renamed to edo');
    expect(kinds({ view }).slice(0, 3)).toEqual(['keys', 'destroy', 'deploy']);
    expect(view.steps[1]?.costs[0]).toContain('tokyo has no automatic failover until edo is deployed');
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'done' } });
    expect(deployment.story.slice(0, 3)).toEqual(['destroy tokyo', 'deploy edo', 'deploy virginia']);
    await expectComplete(deployment, 'edo');
  });

  test('not while a router is unfit: the gap would meet a site with one router', async () => {
    const deployment = edited(rename);
    deployment.unfit.add(ENI_1);
    deployment.passTime(120_000);
    const { exitCode, view } = await rollout(deployment);
    expect(exitCode).toBe(4);
    expect(view.says).toContain('tokyo-1 is not fit');
    expect(deployment.story).toEqual([]);
  });

  test('an interruption between the two continues with the deployment', async () => {
    const deployment = edited(rename);
    deployment.beforeDeploy = () => {
      throw Object.assign(new Error('stop'), { name: 'AbortError' });
    };
    await deployment.run(['rollout', '--yes']);
    deployment.beforeDeploy = () => undefined;
    expect(deployment.story).toEqual(['destroy tokyo']);
    expect(kinds(await changes(deployment))[0]).toBe('deploy');
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0 });
    await expectComplete(deployment, 'edo');
  });
});

describe('a stack of version 0.1.0 states no topology, and moves the same routes without a mark', () => {
  const withoutModel = (deployment: ChangingDeployment) => {
    for (const stack of deployment.cloud.stacks.values()) {
      stack.metadata = {};
      stack.template = '{"Resource":"route-table/rtb-0a1b2c3d4e5f60021"}';
    }
  };

  test.each([
    [
      'of a site that is renamed',
      (text: string) => text.replace('\n  tokyo:', '\n  edo:'),
      'The file has no site tokyo',
    ],
    [
      'of a topology that is renamed',
      (text: string) => text.replace('name: tokyo-virginia', 'name: pacific'),
      'vyos-failover-tokyo-virginia--tokyo in ap-northeast-1 moves routes of rtb-0a1b2c3d4e5f60021, too',
    ],
  ])('%s: no second controller is deployed beside it', async (_, edit, says) => {
    const deployment = edited(edit);
    withoutModel(deployment);
    const { exitCode, view } = await rollout(deployment);
    expect(exitCode).toBe(4);
    expect(view.says).toContain(says);
    expect(deployment.story).toEqual([]);
  });
});

test('the topology is renamed: site by site the controller ends and its successor is deployed', async () => {
  const deployment = edited((text) => text.replace('name: tokyo-virginia', 'name: pacific'));
  expect(kinds(await changes(deployment)).slice(0, 5)).toEqual(['keys', 'destroy', 'deploy', 'destroy', 'deploy']);
  expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'done' } });
  expect(deployment.story.slice(0, 4)).toEqual([
    'destroy tokyo',
    'deploy tokyo',
    'destroy virginia',
    'deploy virginia',
  ]);
});

test('a site is removed: its controller ends, and the other sites are deployed without it', async () => {
  const osaka = DEFAULT_TUNNELS.slice(DEFAULT_TUNNELS.indexOf('  virginia:'))
    .replaceAll('virginia', 'osaka')
    .replaceAll('us-east-1', 'ap-northeast-3')
    .replaceAll('10.2.', '10.3.')
    .replaceAll('198.51.100.', '198.51.101.')
    .replaceAll('10.255.2.', '10.255.3.')
    .replaceAll('65002', '65003')
    .replaceAll(/(vpc|eni|i|rtb)-0a1b2c3d4e5f600/g, '$1-0a1b2c3d4e5f6c0');
  const three = `${DEFAULT_TUNNELS}${osaka}`;
  const deployment = new ChangingDeployment(three);
  deployment.write(DEFAULT_TUNNELS);
  const { view } = await changes(deployment);
  expect(view.edits?.map(({ says }) => says)).toContain('site osaka in ap-northeast-3 is removed');
  expect(kinds({ view }).slice(0, 2)).toEqual(['destroy', 'deploy']);
  expect(view.steps[0]?.costs.join(' ')).toContain('The routes to 10.3.0.0/20 at tokyo and virginia stay as they are');
  expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'done' } });
  expect(deployment.story.slice(0, 3)).toEqual(['destroy osaka', 'deploy tokyo', 'deploy virginia']);

  // And added again: keys and routes before the deployment, bundles after it.
  deployment.write(three);
  deployment.keys.clear();
  const added = await changes(deployment);
  expect(kinds(added).slice(0, 4)).toEqual(['keys', 'deploy', 'deploy', 'deploy']);
});

describe('values', () => {
  test.each([
    ['mode', (text: string) => text.replace('mode: automatic', 'mode: observe'), ['deploy']],
    ['holdDown', (text: string) => text.replace('holdDown: 5m', 'holdDown: 10m'), ['deploy']],
    ['prefer', (text: string) => text.replace('prefer: availability', 'prefer: safety'), ['deploy', 'install']],
    ['detectors', (text: string) => text.replace('detectors: [serf, bfd]', 'detectors: [bfd]'), ['deploy', 'install']],
    ['bfd', (text: string) => `${text}\nbfd: { interval: 100ms }\n`, ['deploy', 'push']],
    ['public address', (text: string) => text.replace('203.0.113.11', '203.0.113.99'), ['deploy', 'push']],
  ])('%s', async (_, edit, steps) => {
    const deployment = edited(edit);
    const found = [...new Set(kinds(await changes(deployment)))];
    expect(found).toEqual(expect.arrayContaining(steps));
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'done' } });
    await expectComplete(deployment);
  });
});
