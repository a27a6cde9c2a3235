/** Which site and which router of a topology is which in an earlier one, whatever their names are. */
import { isCreatedId } from '../created-ids.ts';
import type { Router, Site, Topology } from '../topology.ts';

/** A site in both topologies, with its routers in both. */
export interface SiteMatch {
  readonly before: Site;
  readonly after: Site;
  readonly routers: readonly RouterMatch[];
}

export interface RouterMatch {
  readonly before: Router;
  readonly after: Router;
}

export interface Matches {
  readonly sites: readonly SiteMatch[];
  readonly added: readonly Site[];
  readonly removed: readonly Site[];
}

/** By what AWS knows them by (interfaces, tables, VPC), then by name, then by the addresses of what the deployment creates. */
export function matchesOf(before: Topology, after: Topology): Matches {
  const [pairs, removed, added] = paired(before.sites, after.sites, [
    (one, other) => idsOf(one).some((id) => idsOf(other).includes(id)),
    (one, other) => one.name === other.name,
    (one, other) =>
      one.vpc.create && other.vpc.create && one.asn === other.asn && one.vpc.cidrs[0] === other.vpc.cidrs[0],
  ]);
  return { sites: pairs.map(([one, other]) => siteMatch(one, other)), added, removed };
}

function siteMatch(before: Site, after: Site): SiteMatch {
  const [pairs] = paired(pairOf(before), pairOf(after), [
    (one, other) => one.eni === other.eni && !isCreatedId(one.eni),
    (one, other) => one.instance !== undefined && one.instance === other.instance,
    (one, other) => one.name === other.name,
    (one, other) => one.address === other.address,
    (one, other) => one.role === other.role,
    () => true,
  ]);
  return { before, after, routers: pairs.map(([one, other]) => ({ before: one, after: other })) };
}

function pairOf({ routers }: Site): readonly Router[] {
  return [routers.active, routers.standby];
}

/** Of all that exists in AWS independent of the deployment. */
function idsOf({ vpc, routeTables, routers }: Site): string[] {
  const ids = [...routeTables.map(({ id }) => id), routers.active.eni, routers.standby.eni, vpc.id];
  return ids.filter((id) => !isCreatedId(id));
}

/** Pairs members by the first of some rules that fits; each member is in one pair at most. */
function paired<T>(
  before: readonly T[],
  after: readonly T[],
  rules: readonly ((one: T, other: T) => boolean)[],
): readonly [pairs: readonly (readonly [T, T])[], removed: readonly T[], added: readonly T[]] {
  const partner = new Map<T, T>();
  const taken = new Set<T>();
  for (const rule of rules)
    for (const one of before) {
      if (partner.has(one)) continue;
      const other = after.find((each) => !taken.has(each) && rule(one, each));
      if (other === undefined) continue;
      partner.set(one, other);
      taken.add(other);
    }
  return [[...partner], before.filter((one) => !partner.has(one)), after.filter((other) => !taken.has(other))];
}
