/** Which site and which router of a topology is which in an earlier one, whatever their names are. */
import { isCreatedId } from '../created-ids.ts';
import type { DeployedTopology, OtherRouter, OtherSite } from '../deployed-topology.ts';
import type { Router, Site } from '../topology.ts';

/** A site as its own deployment has it, or as the deployment of another site has it, with less. */
export type EditedSite = Omit<OtherSite, 'routers'> &
  Partial<Omit<Site, keyof OtherSite>> & {
    readonly routers: { readonly active: EditedRouter; readonly standby: EditedRouter };
  };
export type EditedRouter = OtherRouter & Partial<Omit<Router, keyof OtherRouter>>;

/** A site in both topologies, with its routers in both. */
interface SiteMatch {
  readonly before: EditedSite;
  readonly after: EditedSite;
  readonly routers: readonly RouterMatch[];
}

export interface RouterMatch {
  readonly before: EditedRouter;
  readonly after: EditedRouter;
}

export interface Matches {
  readonly sites: readonly SiteMatch[];
  readonly added: readonly EditedSite[];
  readonly removed: readonly EditedSite[];
}

/** By what AWS knows them by (interfaces, instances, tables, VPC), then by name; of what the deployment creates, by the AS number. */
export function matchesOf(before: DeployedTopology, after: DeployedTopology): Matches {
  const [pairs, removed, added] = paired(sitesOf(before), sitesOf(after), [
    haveCommonIds,
    (one, other) => one.name === other.name,
    (one, other) => idsOf(one).length + idsOf(other).length === 0 && one.asn === other.asn,
  ]);
  return { sites: pairs.map(([one, other]) => siteMatch(one, other)), added, removed };
}

/** The site of the deployment first. */
export function sitesOf({ site, otherSites }: DeployedTopology): readonly EditedSite[] {
  return [site, ...otherSites];
}

/** Whether two sites are about the same VPC, table, interface or instance, whatever their names are. */
export function haveCommonIds(one: EditedSite, other: EditedSite): boolean {
  return idsOf(one).some((id) => idsOf(other).includes(id));
}

function siteMatch(before: EditedSite, after: EditedSite): SiteMatch {
  const [pairs] = paired(pairOf(before), pairOf(after), [
    (one, other) => one.eni !== undefined && one.eni === other.eni && !isCreatedId(one.eni),
    (one, other) => one.instance !== undefined && one.instance === other.instance,
    (one, other) => one.name === other.name,
    (one, other) => one.loopback === other.loopback,
    (one, other) => one.role === other.role,
    () => true,
  ]);
  return { before, after, routers: pairs.map(([one, other]) => ({ before: one, after: other })) };
}

export function pairOf({ routers }: EditedSite): readonly EditedRouter[] {
  return [routers.active, routers.standby];
}

/** Of all that exists in AWS independent of the deployment. */
function idsOf({ vpc, routeTables = [], routers: { active, standby } }: EditedSite): string[] {
  const ofRouters = [active, standby].flatMap(({ eni, instance }) => [eni, instance]);
  return [...routeTables.map(({ id }) => id), ...ofRouters, vpc?.id].filter(
    (id) => id !== undefined && !isCreatedId(id),
  ) as string[];
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
