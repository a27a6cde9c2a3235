import { didYouMean } from '../did-you-mean.ts';
import type { Draft, DraftTunnel } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { show } from '../mistakes.ts';
import { MOST_TUNNELS } from '../schema.ts';
import { duplicates } from './duplicates.ts';

/** A tunnel joins two routers of different sites, or a router and a far end, once; and each router has a tunnel. */
export function checkTunnels(draft: Draft): Fault[] {
  if (draft.tunnels === undefined) return tooManyByDefault(draft);
  const farEnds = new Set(draft.farEnds.map(({ name }) => name.value));
  const siteOf = new Map(
    (draft.sites ?? []).flatMap((site) =>
      (site.routers ?? []).map(({ name }) => [name.value, site.name.value] as const),
    ),
  );
  return [
    ...(allRoutersKnown(draft)
      ? draft.tunnels.flatMap((tunnel) => unknownRouters(tunnel, [...siteOf.keys(), ...farEnds]))
      : []),
    ...draft.tunnels.flatMap((tunnel) => withinOneSite(tunnel, siteOf)),
    ...draft.tunnels.flatMap((tunnel) => betweenFarEnds(tunnel, farEnds)),
    ...joinedTwice(draft.tunnels),
    ...withoutTunnel(draft, siteOf, farEnds),
  ];
}

/** Between every two sites two, and from every router one to each far end. */
function tooManyByDefault({ sites = [], farEnds }: Draft): Fault[] {
  const count = sites.length * (sites.length - 1) + 2 * sites.length * farEnds.length;
  if (count <= MOST_TUNNELS) return [];
  return [
    {
      kind: 'count',
      path: [farEnds.length === 0 ? 'sites' : 'farEnds'],
      at: 'key',
      fault: `by default there would be ${count} tunnels; a topology has at most ${MOST_TUNNELS}`,
      hint: 'list the tunnels that are needed under tunnels',
    },
  ];
}

/** If sites or a site's routers are missing, the names in tunnels may be right. */
function allRoutersKnown({ sites = [] }: Draft): boolean {
  return sites.length > 0 && sites.every(({ routers = [] }) => routers.length > 0);
}

function unknownRouters({ between }: DraftTunnel, known: readonly string[]): Fault[] {
  return between
    .filter(({ value }) => !known.includes(value))
    .map(({ value, path }) => ({
      kind: 'unknown-name',
      path,
      fault: `there is no router ${show(value)}`,
      hint:
        didYouMean(value, known) ??
        (known.length > 8 ? 'write the name of a router or of a far end' : `the routers are ${known.join(', ')}`),
    }));
}

function withinOneSite({ between, path }: DraftTunnel, siteOf: ReadonlyMap<string, string>): Fault[] {
  const [a, b] = between;
  if (a === undefined || b === undefined) return [];
  const hint = 'a tunnel joins two sites; the routers of a pair reach each other through the VPC';
  if (a.value === b.value) {
    return [
      {
        kind: 'contradiction',
        path: [...path, 'between'],
        fault: `${show(a.value)} cannot have a tunnel to itself`,
        hint,
      },
    ];
  }
  const site = siteOf.get(a.value);
  if (site === undefined || site !== siteOf.get(b.value)) return [];
  return [
    { kind: 'contradiction', path: [...path, 'between'], fault: `${a.value} and ${b.value} are both in ${site}`, hint },
  ];
}

function betweenFarEnds({ between, path }: DraftTunnel, farEnds: ReadonlySet<string>): Fault[] {
  const [a, b] = between;
  if (a === undefined || b === undefined || a.value === b.value) return [];
  if (!farEnds.has(a.value) || !farEnds.has(b.value)) return [];
  const fault = `${a.value} and ${b.value} are both far ends`;
  const hint = 'a tunnel to a far end starts at a router of a site';
  return [{ kind: 'contradiction', path: [...path, 'between'], fault, hint }];
}

function joinedTwice(tunnels: readonly DraftTunnel[]): Fault[] {
  const pairs = tunnels.flatMap(({ between: [a, b] }) => {
    if (a === undefined || b === undefined || a.value === b.value) return [];
    return [{ value: [a.value, b.value].toSorted().join(' and '), path: a.path.slice(0, -1), line: a.line }];
  });
  return duplicates(pairs, (pair) => pair).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    fault: `${again.value} already have a tunnel (line ${first.line})`,
    hint: 'remove one of the two tunnels',
  }));
}

/**
 * A router without eBGP can never be proven fit, so no route would ever move to it. Only where all ends are known: a
 * misspelled one is a mistake already.
 */
function withoutTunnel(
  { sites = [], tunnels = [] }: Draft,
  siteOf: ReadonlyMap<string, string>,
  farEnds: ReadonlySet<string>,
): Fault[] {
  const isKnown = (name: string) => siteOf.has(name) || farEnds.has(name);
  if (!tunnels.every(({ between }) => between.length === 2 && between.every(({ value }) => isKnown(value)))) return [];
  const joined = new Set(tunnels.flatMap(({ between }) => between.map(({ value }) => value)));
  return sites
    .flatMap((site) => site.routers ?? [])
    .filter(({ name }) => !joined.has(name.value))
    .map(({ name }) => ({
      kind: 'missing-key',
      path: name.path,
      at: 'key',
      fault: `${name.value} has no tunnel, so no traffic could ever move to it`,
      hint: 'add a tunnel for it, or remove tunnels to get the default: active to active, standby to standby',
    }));
}
