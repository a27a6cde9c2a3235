import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Router, Site } from '#topology/topology.ts';
import { CreatedAssembly } from '../infra/created/assembly.ts';
import { loaded } from '../stacks/site-under-test.ts';
import { CreatedWorld, IMAGE, NEXT_IMAGE, SECRET, UNSUBSCRIBED_IMAGE } from './created-world.ts';
import { oneSite } from './one-site.ts';

const topology = loaded(oneSite(readFileSync('examples/created.yaml', 'utf8')), 'created');
const [tokyo] = topology.sites as [Site];
const { active, standby } = tokyo.routers;

let created: CreatedAssembly;
let world: CreatedWorld;
beforeAll(async () => {
  created = await CreatedAssembly.of('created', oneSite);
  world = await CreatedWorld.start({ topology, assembly: created.directory });
});
afterAll(async () => {
  await world.close();
  created.remove();
});

const desk = (...line: string[]) => world.desk(line, created.topology);
const built = async (...routers: readonly Router[]) => {
  await vi.waitFor(
    () => expect(routers.map(({ name }) => world.machines.named(name)?.isBuilt)).toEqual(routers.map(() => true)),
    { timeout: 60_000, interval: 100 },
  );
  await world.machines.settled();
};

/** Whether it is a router whose instance runs. */
const isRunning = (name: string | undefined) => {
  const router = [active, standby].find((each) => each.name === name);
  const instance = router && world.instanceOf(router);
  return world.emulator.ec2.state(tokyo.region).instances.get(instance ?? '')?.state === 'running';
};

/** One sequence: each test continues from what the one before has left. */
describe('a topology of which nothing exists', () => {
  // The probe's reading is evidence for 90 s, which a slow machine needs for the whole sequence.
  const probed = async () => {
    await world.contact();
    await world.aMinuteLater();
    await world.aMinuteLater();
  };

  it('is deployed: its routers build themselves, and its managed routes point at the active ones', async () => {
    await built(active, standby);
    expect(world.targets(tokyo)).toEqual([active.name]);
    const { stdout, code } = await desk('addresses').then(({ exitCode, ...said }) => ({ code: exitCode, ...said }));
    expect(stdout).toContain(world.interfaceOf(active));
    expect(code).toBe(0);
  });

  it('is well: status says so, and a push finds nothing to change', async () => {
    await probed();
    const status = await desk('status');
    expect(status).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/✓ tokyo .*owner: tokyo-1/) as string });
    const push = await desk('config', 'push', created.topology, '--dry-run');
    expect(push).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('✓ tokyo: The routers have the pushed configuration.') as string,
    });
    const changes = await desk('changes', created.topology);
    expect(changes).toMatchObject({ exitCode: 0, stdout: '✓ created: nothing is to be changed.\n' });
  });

  it('fails over when the active instance is stopped', async () => {
    await probed();
    world.emulator.ec2.lifecycle.stop(tokyo.region, world.instanceOf(active) ?? '');
    await vi.waitFor(() => expect(world.targets(tokyo)).toEqual([standby.name]), { timeout: 20_000, interval: 50 });
  });

  it('is upgraded: both instances are replaced, interfaces stay, and the routes never lack a fit owner', async () => {
    world.emulator.ec2.lifecycle.start(tokyo.region, world.instanceOf(active) ?? '');
    await built(active);
    await probed();
    const before = [active, standby].map((router) => world.instanceOf(router));
    expect((await desk('upgrade', 'tokyo', '--type', 'c99.large', '--yes')).stdout).toContain(
      'does not offer c99.large',
    );
    const enis = [active, standby].map((router) => world.interfaceOf(router));
    const owners: boolean[] = [];
    const stop = world.emulator.on(({ kind }) => {
      if (kind === 'call') owners.push(world.targets(tokyo).every((name) => isRunning(name)));
    });
    const upgraded = await desk('upgrade', 'tokyo', '--image', NEXT_IMAGE.id, '--yes', '--by', 'ann');
    stop();
    expect(owners.length).toBeGreaterThan(100);
    expect(owners).not.toContain(false);
    expect(`${upgraded.exitCode} ${upgraded.stdout} ${upgraded.stderr}`).toMatch(/^0 /);
    expect([active, standby].map((router) => world.interfaceOf(router))).toEqual(enis);
    const after = [active, standby].map((router) => world.instanceOf(router));
    expect(after.some((instance) => instance === undefined || before.includes(instance))).toBe(false);
    expect(world.targets(tokyo)).toHaveLength(1);
  });

  it('keeps its owner when an image cannot be launched, and continues with another one after Ctrl-C', async () => {
    const upgrade = (image: string) => [
      'upgrade',
      'tokyo',
      '--router',
      standby.name,
      '--image',
      image,
      '--yes',
      '--json',
    ];
    const failed = await desk(...upgrade(UNSUBSCRIBED_IMAGE.id));
    expect(failed.stdout).toMatch(/OptInRequired|accept terms and subscribe/);
    expect({ exitCode: failed.exitCode, view: JSON.parse(failed.stdout) as unknown }).toMatchObject({
      exitCode: 1,
      view: { owner: active.name, routers: [{ state: 'outdated' }, { name: standby.name, state: 'removed' }] },
    });
    const isLaunched = () => world.instanceOf(standby) !== undefined;
    const interrupted = await world.desk(upgrade(IMAGE.id), created.topology, isLaunched);
    expect({ exitCode: interrupted.exitCode, view: JSON.parse(interrupted.stdout) as unknown }).toMatchObject({
      exitCode: 130,
      view: { owner: active.name, routers: [{}, { state: 'current', instance: world.instanceOf(standby) }] },
    });
    const continued = await desk(...upgrade(IMAGE.id));
    expect(`${continued.exitCode} ${continued.stdout} ${continued.stderr}`).toMatch(/^0 /);
    expect(world.targets(tokyo)).toEqual([active.name]);
    expect((await desk('plan', 'tokyo')).exitCode).toBe(0);
  });

  it('gets a terminated instance back by an upgrade without options', async () => {
    world.emulator.ec2.lifecycle.terminate(tokyo.region, world.instanceOf(standby) ?? '');
    await vi.waitFor(() => expect(world.instanceOf(standby)).toBeUndefined(), { interval: 50 });
    const { exitCode, stdout, stderr } = await desk('upgrade', 'tokyo', '--router', standby.name, '--yes');
    expect(`${exitCode} ${stdout} ${stderr}`).toMatch(/^0 /);
    expect(stderr).toContain(`launch the missing instance of ${standby.name}`);
    expect(world.instanceOf(standby)).toBeDefined();
    expect((await desk('plan', 'tokyo')).exitCode).toBe(0);
  });

  it('is destroyed: nothing is left but the tables with the history', async () => {
    const { exitCode, stdout, stderr } = await desk('destroy', '--yes');
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
    const { instances, vpcs, interfaces } = world.emulator.ec2.state(tokyo.region);
    expect([[...instances.values()].filter(({ state }) => state !== 'terminated'), [...vpcs], [...interfaces]]).toEqual(
      [[], [], []],
    );
    expect(world.emulator.stacks).toEqual([]);
  });

  it('shows no key to anybody on the way', () => {
    expect(JSON.stringify(world.emulator.happenings)).not.toContain(SECRET);
  });
});
