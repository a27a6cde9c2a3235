import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { managedSite } from '#failover/site.ts';
import { pushSite } from '#functions/config-push/push/push-site.ts';
import { loadTopology } from '#topology/load.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { renderConfig } from '#vyos/render.ts';
import { FakePushes, FakeRouter, planFile, pushTools } from './fake-routers.ts';
import { FakeWorld } from './fakes.ts';

const FILE = readFileSync('examples/one-site-and-a-far-end.yaml', 'utf8');
/** Another key: both ends must have it. */
const OTHER_KEY = FILE.replace('[tokyo-2, osaka-dc] }', '[tokyo-2, osaka-dc], psk: /partner/osaka }');
/** No matter of the far end's. */
const WIDER = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');

const { topology } = loadTopology(FILE, 'x.yaml');
const tokyo = topology?.sites[0];
if (topology === undefined || tokyo === undefined) throw new Error('the example has mistakes');

let world: FakeWorld;
let active: FakeRouter;
let standby: FakeRouter;
let pushes: FakePushes;
let runs: number;

beforeEach(() => {
  const running = (router: string) =>
    renderConfig(topology, router).lines.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, "'(not shown)'"));
  world = new FakeWorld(managedSite(topology, tokyo, bgpNeighbors(topology)));
  [active, standby] = [new FakeRouter(running('tokyo-1')), new FakeRouter(running('tokyo-2'))];
  pushes = new FakePushes();
  for (const name of ['tokyo-1', 'tokyo-2'])
    pushes.configs[name] = { lines: renderConfig(topology, name).lines, at: 0, id: 'push-0' };
  runs = 0;
});

function tools() {
  runs += 1;
  return pushTools(world, { 'tokyo-1': active, 'tokyo-2': standby }, pushes, { run: `run-${runs}` });
}

async function plan(text: string) {
  const found = await planFile(text, [], tools());
  if ('outcome' in found) throw new Error(found.says);
  return found.routers;
}

async function push(text: string) {
  const digests = Object.fromEntries((await plan(text)).map(({ name, digest }) => [name, digest]));
  const request = {
    action: 'push',
    id: 'push-1',
    topology: text,
    by: 'ann',
    digests,
    hold: false,
  } as const;
  return pushSite({ ...request, overrides: [] }, tools());
}

const changed = () => standby.running.some((line) => line.includes('10.1.16.0/20') || line.includes('/partner/osaka'));

describe('a push that changes a tunnel to a far end', () => {
  it('pushes to no far end, states what its administrator must do, and does not wait for that', async () => {
    const [first] = await plan(OTHER_KEY);
    expect(first).toMatchObject({ name: 'tokyo-2', tunnels: [], farEnds: [{ name: 'osaka-dc' }] });
    expect(first?.notes.join(' ')).toContain(
      'the tunnel to osaka-dc is down until its administrator makes the same change',
    );
    const began = standby.ebgp;
    standby.ebgp = (...args) => (changed() ? [0, 1] : began(...args));
    expect(await push(OTHER_KEY)).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
  });

  it('is undone where it should not have touched that tunnel, and its session is gone', async () => {
    const began = standby.ebgp;
    standby.ebgp = (...args) => (changed() ? [0, 1] : began(...args));
    expect((await plan(WIDER))[0]).toMatchObject({ tunnels: [], farEnds: [] });
    expect(await push(WIDER)).toMatchObject({ outcome: 'undone' });
  });

  it('waits for the session where a key is only set to be sure, as at the first push', async () => {
    for (const name of ['tokyo-1', 'tokyo-2']) delete pushes.configs[name];
    const [first] = await plan(FILE);
    expect(first?.commands.join()).toContain('{{ssm:');
    expect(first).toMatchObject({ tunnels: [], farEnds: [] });
  });
});
