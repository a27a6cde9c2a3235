import { namesOf, routerStackName } from '#infra/names.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { createdRouters } from '../created/created-sites.ts';
import type { CostItem } from './cost-item.ts';
import { freeOf } from './free-tier.ts';
import { PRICES } from './prices.ts';
import { routerUsage } from './router-usage.ts';
import { siteUsage } from './site-usage.ts';
import type { Template } from './template.ts';
import { trafficUsage } from './traffic-usage.ts';
import type { Share, Usage } from './usage.ts';

export interface SiteCost {
  readonly site: Site;
  readonly items: readonly CostItem[];
  /** Dollars a month; of a share with an item without a price, the sum of the others. */
  readonly sums: Readonly<Record<Share, number>>;
}

export interface TopologyCost {
  readonly sites: readonly SiteCost[];
  /** What the free tier of one account takes off at most, dollars a month, if nothing else uses it. It is in no other sum. */
  readonly free: number;
}

/** The list price of a topology's sites in a month. Pure. @param templates by stack */
export function costOfTopology(topology: Topology, templates: ReadonlyMap<string, Template>): TopologyCost {
  const sites = topology.sites.map((site) => costOfSite(topology, site, templates));
  return { sites, free: freeOf(sites.flatMap(({ items }) => items)) };
}

function costOfSite(topology: Topology, site: Site, templates: ReadonlyMap<string, Template>): SiteCost {
  const stacks = [
    namesOf(topology, site).stack,
    namesOf(topology, site).addressesStack,
    ...createdRouters(site).map(({ name }) => routerStackName(topology, site, name)),
  ];
  const own = stacks.flatMap((stack) => templates.get(stack) ?? []);
  const usage = [...siteUsage(site, own), ...routerUsage(site), ...trafficUsage(topology, site)];
  const items = usage.map((each) => priced(each, site.region));
  const sumOf = (share: Share) => items.reduce((sum, item) => sum + (item.share === share ? (item.usd ?? 0) : 0), 0);
  return { site, items, sums: { ours: sumOf('ours'), routers: sumOf('routers'), traffic: sumOf('traffic') } };
}

function priced(usage: Usage, region: string): CostItem {
  const prices = PRICES[region];
  const price =
    typeof usage.priced === 'string' ? prices?.of[usage.priced] : prices?.instances[usage.priced.instanceType];
  return { ...usage, price, usd: price && usage.quantity * price.usd };
}
