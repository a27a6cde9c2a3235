import type { DeployedTopology } from '../deployed-topology.ts';
import type { Tunnel } from '../topology.ts';
import type { Edit, Ends } from './edit.ts';
import { type Matches, matchesOf, sitesOf } from './matches.ts';
import { type Renamed, underNewNames } from './renamed.ts';
import { memberEdits, siteEdits } from './site-edits.ts';
import { orderEdits, valueEdits } from './value-edits.ts';

/**
 * The semantic difference of two topologies, as far as one site depends on them: a site or router that AWS knows by the same ids is
 * renamed, not removed and added. Topologies that differ in any value have at least one edit; equal ones have none.
 */
export function editsBetween(earlier: DeployedTopology, after: DeployedTopology): Edit[] {
  const matches = matchesOf(earlier, after);
  const before = underNewNames(earlier, matches);
  const sites = sitesOf(after);
  return [
    ...(earlier.name === after.name ? [] : [{ kind: 'topology-renamed', from: earlier.name, to: after.name } as const]),
    ...nameEdits(matches),
    ...sites.flatMap((site) => {
      const then = before.sites.find(({ name }) => name === site.name);
      return then === undefined ? [] : siteEdits(then, site);
    }),
    ...orderEdits({ of: 'topology' }, 'sites', namesOf(before.sites), namesOf(sites)),
    ...farEndEdits(before, after),
    ...tunnelEdits(before.tunnels, after.tunnels),
    ...valueEdits({ of: 'topology' }, { ...before }, { ...after }, COMPARED_ABOVE),
  ];
}

const COMPARED_ABOVE = ['name', 'site', 'sites', 'otherSites', 'farEnds', 'tunnels'];

function nameEdits({ sites, added, removed }: Matches): Edit[] {
  return [
    ...removed.map(({ name: site, region }) => ({ kind: 'site-removed', site, region }) as const),
    ...added.map(({ name: site, region }) => ({ kind: 'site-added', site, region }) as const),
    ...sites.flatMap(({ before, after, routers }): Edit[] => [
      ...(before.name === after.name ? [] : [{ kind: 'site-renamed', site: after.name, from: before.name } as const]),
      ...routers.flatMap((pair): Edit[] =>
        pair.before.name === pair.after.name
          ? []
          : [{ kind: 'router-renamed', site: after.name, router: pair.after.name, from: pair.before.name }],
      ),
    ]),
  ];
}

function farEndEdits({ farEnds: before }: Renamed, { farEnds: after }: DeployedTopology): Edit[] {
  return [
    ...memberEdits(namesOf(before), namesOf(after), (is, farEnd) => ({ kind: `far-end-${is}`, farEnd })),
    ...orderEdits({ of: 'topology' }, 'farEnds', namesOf(before), namesOf(after)),
    ...after.flatMap((now) => {
      const then = before.find(({ name }) => name === now.name);
      return then === undefined ? [] : valueEdits({ of: 'farEnd', farEnd: now.name }, { ...then }, { ...now });
    }),
  ];
}

function tunnelEdits(before: readonly Tunnel[], after: readonly Tunnel[]): Edit[] {
  const tunnels = { before: keyed(before), after: keyed(after) };
  const [then, now] = [[...tunnels.before.keys()], [...tunnels.after.keys()]];
  const endsOf = (key: string): Ends => (tunnels.after.get(key) ?? tunnels.before.get(key))?.between ?? ['', ''];
  return [
    ...memberEdits(then, now, (is, key) => ({ kind: `tunnel-${is}`, ends: endsOf(key) })),
    ...orderEdits({ of: 'topology' }, 'tunnels', then, now),
    ...[...tunnels.after].flatMap(([key, tunnel]) => {
      const earlier = tunnels.before.get(key);
      return earlier === undefined
        ? []
        : valueEdits({ of: 'tunnel', ends: tunnel.between }, { ...earlier }, { ...tunnel });
    }),
  ];
}

/** By their ends, in any order; two tunnels between the same routers are numbered. */
function keyed(tunnels: readonly Tunnel[]): ReadonlyMap<string, Tunnel> {
  const byEnds = new Map<string, Tunnel>();
  for (const tunnel of tunnels) {
    const ends = tunnel.between.toSorted().join(' ');
    const number = [...byEnds.keys()].filter((key) => key.split('#')[0] === ends).length;
    byEnds.set(`${ends}#${number}`, tunnel);
  }
  return byEnds;
}

function namesOf(named: readonly { readonly name: string }[]): string[] {
  return named.map(({ name }) => name);
}
