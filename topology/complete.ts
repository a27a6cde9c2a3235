/** From the valid file to the topology that the project works with: defaults that depend on other values, canonical forms. */
import { createdId, isCreatedId } from './created-ids.ts';
import { createdRoleName, routerCreation } from './creation.ts';
import { parseDuration } from './duration.ts';
import { addressFromNumber, type Network, parseAddress, parseNetwork } from './networks.ts';
import { PUSH_CONCURRENCY } from './reserved-concurrency.ts';
import type { FarEndFile, RouterFile, SiteFile, TopologyFile, TunnelFile } from './schema.ts';
import type { FarEnd, ManagedTable, Notify, Policy, Role, Router, Site, Topology, Tunnel } from './topology.ts';
import { freeTunnelNetworks } from './tunnel-networks.ts';

/** With `prefer: safety` an unneeded swap costs more than a longer confirmation. */
const CONFIRM: Readonly<Record<Policy['prefer'], string>> = { availability: '300ms', safety: '1s' };

/** Expects a file without mistakes. */
export function complete(file: TopologyFile): Topology {
  const sites = Object.entries(file.sites).map(([name, site]) => completeSite(name, site, file));
  const farEnds = Object.entries(file.farEnds ?? {}).map(([name, farEnd]) => completeFarEnd(name, farEnd));
  return {
    name: file.name,
    account: file.account,
    terminationProtection: file.terminationProtection,
    vyos: file.vyos,
    profile: file.profile,
    tunnelType: file.tunnelType ?? 'gre',
    bfd: {
      intervalMs: requireValue(parseDuration(file.bfd?.interval ?? '50ms'), 'bfd.interval'),
      multiplier: file.bfd?.multiplier ?? 6,
    },
    ssmAgent: file.ssmAgent,
    sites,
    farEnds,
    tunnels: completeTunnels(file, sites, farEnds),
  };
}

function completeSite(name: string, site: SiteFile, file: TopologyFile): Site {
  const routers = Object.entries(site.routers).map(([router, value]) => completeRouter(router, name, value, file));
  const { id, create } = site.vpc;
  const cidrs = cidrsOf(site.vpc, name);
  return {
    name,
    region: site.region,
    asn: site.asn,
    vpc: { create, id: create ? createdId('vpc', name) : requireValue(id, `${name}.vpc.id`), cidrs },
    frontSubnets: site.frontSubnets.map(canonicalNetwork),
    routers: { active: withRole(routers, 'active'), standby: withRole(routers, 'standby') },
    routeTables: [...(create ? [createdId('routeTable', name)] : []), ...(site.routeTables ?? [])].map((table) =>
      completeTable(table, elsewhere(name, file)),
    ),
    createRoutes: site.createRoutes ?? routers.some(({ creation }) => creation !== undefined),
    detectors: site.detectors ?? (file.profile === 'original' ? ['serf'] : ['bfd']),
    confirmMs: requireValue(parseDuration(site.confirm ?? CONFIRM[site.policy.prefer]), `${name}.confirm`),
    reservedConcurrency: site.reservedConcurrency ?? usualConcurrency(site.region, file),
    dashboard: site.dashboard ?? isAmongFree(name, file),
    policy: completePolicy(site.policy),
    notify: completeNotify(site.notify ?? file.notify),
  };
}

/**
 * An account has 1,000 in a region by default and must leave 100:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
const reservable = 900;

/** All sites of a region together reserve no more than the account's quota. */
function usualConcurrency(region: string, { sites }: TopologyFile): number {
  const sharing = Object.values(sites).filter((site) => site.region === region).length;
  return Math.max(0, Math.min(20, Math.floor(reservable / sharing) - PUSH_CONCURRENCY));
}

/** An account has this many dashboards free of charge: https://aws.amazon.com/cloudwatch/pricing/ */
const freeDashboards = 3;

function isAmongFree(site: string, { sites }: TopologyFile): boolean {
  return Object.keys(sites).indexOf(site) < freeDashboards;
}

/** The primary one first: `cidr` where both are written. */
function cidrsOf({ cidr, cidrs = [] }: SiteFile['vpc'], site: string): readonly [string, ...string[]] {
  const all = [...(cidr === undefined ? [] : [cidr]), ...cidrs].map(canonicalNetwork);
  const [first, ...others] = [...new Set(all)];
  return [requireValue(first, `${site}.vpc.cidr`), ...others];
}

function completeRouter(name: string, site: string, router: RouterFile, file: TopologyFile): Router {
  const subnet = requireValue(parseNetwork(router.subnet), `${name}.subnet`);
  const role = router.instanceRole ?? file.sites[site]?.instanceRole;
  const creation = routerCreation(router, site, file);
  return {
    name,
    site,
    role: router.role,
    vyos: router.vyos ?? file.vyos,
    creation,
    instance: router.instance,
    instanceRole: role ?? (creation && createdRoleName(file.name, site, name)),
    eni: creation === undefined ? requireValue(router.eni, `${name}.eni`) : createdId('eni', name),
    interface: router.interface,
    firstTunnel: router.firstTunnel,
    subnet: subnet.cidr,
    address: canonicalAddress(router.address),
    gateway: router.gateway === undefined ? addressFromNumber(subnet.first + 1n) : canonicalAddress(router.gateway),
    publicAddress: completePublicAddress(name, router, creation),
    loopback: canonicalAddress(router.loopback),
  };
}

function completePublicAddress(name: string, { publicAddress }: RouterFile, creation: Router['creation']): string {
  if (publicAddress !== undefined) return canonicalAddress(publicAddress);
  return requireValue(creation && createdId('address', name), `${name}.publicAddress`);
}

function completeTable(table: NonNullable<SiteFile['routeTables']>[number], defaults: readonly string[]): ManagedTable {
  if (typeof table === 'string') return { id: table, destinations: defaults, edge: false };
  const destinations = table.destinations?.map(canonicalDestination) ?? defaults;
  return { id: table.id, destinations, edge: table.edge ?? false };
}

/** The default destinations: all other sites' front subnets, and the networks of the far ends. */
function elsewhere(name: string, { sites, farEnds = {} }: TopologyFile): string[] {
  const fronts = Object.entries(sites)
    .filter(([other]) => other !== name)
    .flatMap(([, site]) => site.frontSubnets);
  return [...fronts, ...Object.values(farEnds).flatMap(({ networks }) => networks)].map(canonicalNetwork);
}

function completeFarEnd(name: string, { publicAddress, asn, networks, loopback, bfd }: FarEndFile): FarEnd {
  return {
    name,
    publicAddress: canonicalAddress(publicAddress),
    asn,
    networks: networks.map(canonicalNetwork),
    loopback: loopback === undefined ? undefined : canonicalAddress(loopback),
    bfd,
  };
}

function completePolicy({ holdDown, ...policy }: SiteFile['policy']): Policy {
  return { ...policy, holdDownMs: requireValue(parseDuration(holdDown), 'holdDown') };
}

function completeNotify(notify: SiteFile['notify']): Notify {
  return { email: notify?.email ?? [], slack: notify?.slack };
}

/** By the later site first, so that a site added at the end leaves every earlier tunnel its number; far ends after all. */
function defaultTunnels(sites: readonly Site[], farEnds: readonly FarEnd[]): TunnelFile[] {
  const toFarEnds = farEnds.flatMap(({ name }) =>
    sites.flatMap(({ routers }) =>
      [routers.active, routers.standby].map((router) => ({ between: [router.name, name] })),
    ),
  );
  return [...betweenSites(sites), ...toFarEnds];
}

function betweenSites(sites: readonly Site[]): TunnelFile[] {
  return sites.flatMap((later, index) =>
    sites.slice(0, index).flatMap((earlier) =>
      (['active', 'standby'] as const).map((role) => ({
        between: [earlier.routers[role].name, later.routers[role].name],
      })),
    ),
  );
}

function completeTunnels(file: TopologyFile, sites: readonly Site[], farEnds: readonly FarEnd[]): Tunnel[] {
  const tunnels = file.tunnels ?? defaultTunnels(sites, farEnds);
  const unnumbered = tunnels.filter(({ network }) => network === undefined);
  const free = freeTunnelNetworks(unnumbered.length, usedNetworks(tunnels, sites, farEnds));
  return tunnels.map(({ between: [first = '', second = ''], network, psk }) => ({
    between: [first, second],
    network: network === undefined ? requireValue(free.shift(), 'a free tunnel network') : canonicalNetwork(network),
    psk: psk ?? farEndPsk(file, first, second) ?? `/vyos-failover/${file.name}/psk/${first}--${second}`,
  }));
}

/** One key for all tunnels of a far end, where it has one of its own. */
function farEndPsk({ farEnds = {} }: TopologyFile, first: string, second: string): string | undefined {
  return (farEnds[first] ?? farEnds[second])?.psk;
}

function usedNetworks(tunnels: readonly TunnelFile[], sites: readonly Site[], farEnds: readonly FarEnd[]): Network[] {
  const routers = sites.flatMap(({ routers: pair }) => [pair.active, pair.standby]);
  const texts = [
    ...tunnels.flatMap(({ network }) => (network === undefined ? [] : [network])),
    ...sites.flatMap(({ vpc }) => vpc.cidrs),
    ...farEnds.flatMap(({ networks }) => networks),
    ...[...routers, ...farEnds]
      .flatMap(({ loopback, publicAddress }) => [loopback, publicAddress])
      .flatMap((address) => (address === undefined || isCreatedId(address) ? [] : [`${address}/32`])),
  ];
  return texts.map((text) => requireValue(parseNetwork(text), text));
}

function withRole(routers: readonly Router[], role: Role): Router {
  return requireValue(
    routers.find((router) => router.role === role),
    `the ${role} router`,
  );
}

function canonicalNetwork(text: string): string {
  return requireValue(parseNetwork(text), text).cidr;
}

function canonicalAddress(text: string): string {
  return requireValue(parseAddress(text), text).address;
}

function canonicalDestination(text: string): string {
  return parseNetwork(text)?.cidr ?? text;
}

/** The value, which the checks have ensured. Throws if it is absent: that is a bug in the checks. */
function requireValue<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`topology: ${what} is missing although the checks found no mistake`);
  return value;
}
