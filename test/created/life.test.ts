import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Router, Site } from '#topology/topology.ts';
import { cdk } from '../emulator/cloudformation/cdk-cli.ts';
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
  world = await CreatedWorld.start({ topology });
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

  it('is deployed by one `cdk deploy --all` of the CDK CLI: its routers build themselves, and its managed routes point at the active ones', async () => {
    const deploy = ['deploy', '--all', '--app', created.directory, '--require-approval', 'never', '--concurrency', '4'];
    await cdk(world.emulator, tokyo.region, ...deploy);
    const { stacks } = world.emulator;
    expect(stacks.toSorted()).toEqual(created.stacks.toSorted());
    expect(stacks.map((name) => world.emulator.stack(name).status)).toEqual(stacks.map(() => 'CREATE_COMPLETE'));
    await built(active, standby);
    expect(world.targets(tokyo)).toEqual([active.name]);
    const { stdout, code } = await desk('addresses').then(({ exitCode, ...said }) => ({ code: exitCode, ...said }));
    expect(stdout).toContain(world.interfaceOf(active));
    expect(code).toBe(0);
  });

  it('is well: status says so, and nothing is to be changed of stacks and routers', async () => {
    await probed();
    const status = await desk('status');
    expect(status).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/✓ tokyo .*owner: tokyo-1/) as string });
    const changes = await desk('changes', created.topology);
    expect(changes).toMatchObject({ exitCode: 0, stdout: '✓ created: nothing is to be changed.\n' });
  });

  it('fails over when the active instance is terminated', async () => {
    await probed();
    world.emulator.ec2.lifecycle.terminate(tokyo.region, world.instanceOf(active) ?? '');
    await vi.waitFor(
      () => expect([world.targets(tokyo), world.instanceOf(active)]).toEqual([[standby.name], undefined]),
      {
        timeout: 20_000,
        interval: 50,
      },
    );
  });

  it('keeps its owner when an image or a type cannot be launched', async () => {
    const upgrade = ['upgrade', 'tokyo', '--router', active.name, '--yes', '--json'];
    expect((await desk(...upgrade, '--type', 'c99.large')).stdout).toContain('does not offer c99.large');
    const { exitCode, stdout } = await desk(...upgrade, '--image', UNSUBSCRIBED_IMAGE.id);
    expect(stdout).toMatch(/OptInRequired|accept terms and subscribe/);
    expect({ exitCode, view: JSON.parse(stdout) as unknown }).toMatchObject({
      exitCode: 1,
      view: { owner: standby.name, routers: [{ name: active.name, state: 'removed' }, { name: standby.name }] },
    });
  });

  it('is upgraded, with a Ctrl-C in between: both get instances, interfaces stay, and the routes never lack a fit owner', async () => {
    await world.aMinuteLater();
    const first = world.instanceOf(standby);
    const enis = [active, standby].map((router) => world.interfaceOf(router));
    const owners: boolean[] = [];
    const stop = world.emulator.on(({ kind }) => {
      if (kind === 'call') owners.push(world.targets(tokyo).every((name) => isRunning(name)));
    });
    const upgrade = ['upgrade', 'tokyo', '--image', NEXT_IMAGE.id, '--yes', '--by', 'ann', '--json'];
    const isLaunched = () => world.instanceOf(active) !== undefined;
    const interrupted = await world.desk(upgrade, created.topology, isLaunched);
    const launched = world.instanceOf(active);
    expect({ exitCode: interrupted.exitCode, view: JSON.parse(interrupted.stdout) as unknown }).toMatchObject({
      exitCode: 130,
      view: { owner: standby.name, routers: [{ state: 'current', instance: launched }, { state: 'outdated' }] },
    });
    expect(interrupted.stderr).toContain(`launch the missing instance of ${active.name}`);
    const { exitCode, stdout, stderr } = await desk(...upgrade);
    stop();
    expect(owners.length).toBeGreaterThan(100);
    expect(owners).not.toContain(false);
    expect(`${exitCode} ${stdout} ${stderr}`).toMatch(/^0 /);
    expect([active, standby].map((router) => world.interfaceOf(router))).toEqual(enis);
    expect(world.instanceOf(active)).toBe(launched);
    expect([undefined, first]).not.toContain(world.instanceOf(standby));
    expect(world.targets(tokyo)).toEqual([active.name]);
  });

  it('is well again, and without options an upgrade takes the image of the deployed template', async () => {
    const { stdout } = await desk('upgrade', 'tokyo', '--dry-run', '--json');
    const routers = [active, standby].map(({ name }) => ({
      name,
      state: 'outdated',
      image: NEXT_IMAGE.id,
      wantedImage: IMAGE.id,
    }));
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'planned', routers });
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
