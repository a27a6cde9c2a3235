import type { FarEnd, Router, Site, Topology, Tunnel } from './topology.ts';

/**
 * The part of a topology that one site depends on: its stacks, its functions, its routers' bundles and their configuration. An edit
 * that does not concern the site leaves it as it is. It is in the template of the site's stack, so the keys are a contract: only ever
 * added.
 */
export interface DeployedTopology extends Omit<Topology, 'sites'> {
  /** The site itself. */
  readonly site: Site;
  readonly otherSites: readonly OtherSite[];
  /** Those that end at a router of the site. */
  readonly tunnels: readonly Tunnel[];
  /** All: their networks are default destinations of the site's route tables. */
  readonly farEnds: readonly FarEnd[];
}

/** What a site depends on of another one. */
export interface OtherSite extends Pick<Site, 'name' | 'region' | 'asn' | 'frontSubnets'> {
  readonly routers: { readonly active: OtherRouter; readonly standby: OtherRouter };
}

/** The other end of a tunnel, and a possible witness. */
export type OtherRouter = Pick<Router, 'name' | 'role' | 'instance' | 'instanceRole' | 'publicAddress' | 'loopback'>;

/** @param topology of what the deployment creates, with placeholders (`created-ids.ts`): a template has no ids of it */
export function deployedTopology({ sites, tunnels, ...shared }: Topology, site: Site): DeployedTopology {
  const own = [site.routers.active.name, site.routers.standby.name];
  return {
    ...shared,
    site,
    otherSites: sites.filter(({ name }) => name !== site.name).map(otherSite),
    tunnels: tunnels.filter(({ between }) => between.some((end) => own.includes(end))),
  };
}

function otherSite({ name, region, asn, frontSubnets, routers: { active, standby } }: Site): OtherSite {
  return { name, region, asn, frontSubnets, routers: { active: otherRouter(active), standby: otherRouter(standby) } };
}

function otherRouter({ name, role, instance, instanceRole, publicAddress, loopback }: Router): OtherRouter {
  return { name, role, instance, instanceRole, publicAddress, loopback };
}
