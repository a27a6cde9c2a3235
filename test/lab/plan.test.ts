import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { waysOf } from '#lab/ping.ts';
import { type LabPlan, planLab, routersOf } from '#lab/plan.ts';
import { checkName } from '#lab/state.ts';
import { loadTopology } from '#topology/load.ts';

function planOf(file: string): LabPlan {
  const { topology } = loadTopology(readFileSync(file, 'utf8'), file);
  if (topology === undefined) throw new Error(`${file} has mistakes`);
  return planLab(topology, { name: 'test', encrypted: true }, '/run/labs');
}

const FAR_ENDS = 'examples/one-site-and-a-far-end.yaml';
const playable = globSync('examples/*.yaml').filter((file) => file !== FAR_ENDS);

it('a topology with far ends has no lab, and the reason names them', () => {
  expect(() => planOf(FAR_ENDS)).toThrow(/does not support far ends: remove osaka-dc/);
});

describe.each(playable)('the lab of %s', (file) => {
  const plan = planOf(file);

  it('has namespaces with names of their own, all of which `down` finds', () => {
    const sites = plan.sites.flatMap(({ vpc, host, routers }) => [vpc, host, ...routers.map((each) => each.namespace)]);
    const names = [plan.internet, ...sites];
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !name.startsWith('vfl-test-'))).toEqual([]);
  });

  it('has every tunnel at two routers, with each other’s ends', () => {
    const isTunnel = ({ id }: { readonly id: number }) => id <= plan.topology.tunnels.length;
    const tunnels = routersOf(plan).flatMap(({ links }) => links.filter(isTunnel));
    expect(tunnels.length).toBe(2 * plan.topology.tunnels.length);
    for (const { id, gre } of tunnels) {
      expect(tunnels.filter((other) => other.id === id && other.gre?.source === gre?.remote)).toHaveLength(1);
    }
  });

  it('has hosts of every site that talk to every other site', () => {
    const pairs = new Set(waysOf(plan).map(({ namespace, to }) => `${namespace} ${to}`));
    expect(pairs.size).toBe(plan.sites.length * (plan.sites.length - 1));
  });
});

describe('a lab’s name', () => {
  it.each(['', '../etc', 'a-b', 'Lab', 'x'.repeat(17)])('is not %j', (name) => {
    expect(() => checkName(name)).toThrow('1 to 16 lowercase letters and digits');
  });
});
