import { describe, expect, it } from 'vitest';
import { namesOf, type PlannedSite, stepsOf, whyImpossible } from '#cli/push/steps.ts';
import type { RouterPushPlan } from '#contracts/push-plan.ts';
import { example } from '../vyos/topologies.ts';

const topology = example('tokyo-virginia');

/**
 * Plans of both sites: by router, the far ends of the tunnels that it changes; routers that are left out have nothing to do.
 */
function plans(
  changes: Readonly<Record<string, readonly string[]>>,
  owners: Readonly<Record<string, string>> = { tokyo: 'tokyo-1', virginia: 'virginia-1' },
): PlannedSite[] {
  return topology.sites.map((site) => {
    const { active, standby } = site.routers;
    const order = owners[site.name] === standby.name ? [active, standby] : [standby, active];
    const routers = order.map(({ name }): RouterPushPlan => {
      const commands = changes[name] === undefined ? [] : ['set system host-name x'];
      return {
        name,
        commands,
        tunnels: [...(changes[name] ?? [])],
        drift: { added: [], removed: [] },
        leftAlone: [],
        notes: [],
        digest: '',
        boots: 'same',
        baseline: null,
      };
    });
    return { where: { topology, site }, plan: { outcome: 'planned', owner: owners[site.name], routers } };
  });
}

const order = (...of: Parameters<typeof plans>) => stepsOf(plans(...of)).map(namesOf);
const EVERYTHING = {
  'tokyo-1': ['virginia-1'],
  'virginia-1': ['tokyo-1'],
  'tokyo-2': ['virginia-2'],
  'virginia-2': ['tokyo-2'],
};

describe('the steps of a push', () => {
  it('go site by site where no tunnel needs both ends, the router without the traffic first', () => {
    const none = { 'tokyo-1': [], 'tokyo-2': [], 'virginia-1': [], 'virginia-2': [] };
    expect(order(none)).toEqual([['tokyo-2'], ['tokyo-1'], ['virginia-2'], ['virginia-1']]);
    expect(order(none, { tokyo: 'tokyo-2', virginia: 'virginia-1' })).toEqual([
      ['tokyo-1'],
      ['tokyo-2'],
      ['virginia-2'],
      ['virginia-1'],
    ]);
  });

  it('take both ends together, those without the traffic first', () => {
    expect(order(EVERYTHING)).toEqual([
      ['tokyo-2', 'virginia-2'],
      ['tokyo-1', 'virginia-1'],
    ]);
    expect(order(EVERYTHING, { tokyo: 'tokyo-2', virginia: 'virginia-2' })).toEqual([
      ['tokyo-1', 'virginia-1'],
      ['tokyo-2', 'virginia-2'],
    ]);
  });

  it('take groups without traffic before all others, wherever they are', () => {
    const busy = plans({ 'tokyo-1': ['virginia-1'], 'virginia-1': ['tokyo-1'] });
    const idle = plans({ 'tokyo-2': ['virginia-2'], 'virginia-2': ['tokyo-2'] });
    // Two other sites of the same names would do as well as two of their own.
    expect(stepsOf([...busy, ...idle]).map(namesOf)).toEqual([
      ['tokyo-2', 'virginia-2'],
      ['tokyo-1', 'virginia-1'],
    ]);
  });

  it('have each router once, even where the sites would want another order', () => {
    const mixed = order(EVERYTHING, { tokyo: 'tokyo-1', virginia: 'virginia-2' });
    expect(new Set(mixed.map(String))).toEqual(new Set(['tokyo-2,virginia-2', 'tokyo-1,virginia-1']));
    expect(mixed).toHaveLength(2);
  });

  it('leave a tunnel that only one end changes to that end', () => {
    expect(order({ 'tokyo-1': ['virginia-1'] })).toEqual([['tokyo-1']]);
    expect(order({ 'tokyo-1': ['virginia-1'], 'virginia-1': [] })).toEqual([['tokyo-1'], ['virginia-1']]);
  });

  it('bring other routers of the sites before the group that carries the traffic', () => {
    expect(order({ 'tokyo-1': ['virginia-1'], 'virginia-1': ['tokyo-1'], 'tokyo-2': [], 'virginia-2': [] })).toEqual([
      ['tokyo-2'],
      ['virginia-2'],
      ['tokyo-1', 'virginia-1'],
    ]);
  });

  it('are possible unless a site would lose both of its routers', () => {
    expect(stepsOf(plans(EVERYTHING)).map(whyImpossible)).toEqual([undefined, undefined]);
  });
});
