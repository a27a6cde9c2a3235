import type { Draft, DraftFarEnd, Placed } from '../draft.ts';
import { nameFault } from '../fields.ts';
import type { Fault } from '../mistakes.ts';
import { show } from '../mistakes.ts';
import { type Address, containsAddress, type Network, overlap } from '../networks.ts';
import { duplicates } from './duplicates.ts';
import { overlaps } from './overlaps.ts';

/** A far end is outside the sites: it shares no name, AS number, address or network with them. */
export function checkFarEnds(draft: Draft): Fault[] {
  const { farEnds } = draft;
  if (farEnds.length === 0) return [];
  return [
    ...farEnds.flatMap(badName),
    ...sharedNames(draft),
    ...farEnds.flatMap((farEnd) => siteAsn(farEnd, draft)),
    ...sharedAddresses(draft),
    ...overlappingNetworks(draft),
    ...farEnds.flatMap(({ networks }) => networks.flatMap((network) => holdsAddress(network, draft))),
    ...farEnds.flatMap((farEnd) => inVpc(farEnd, draft)),
    ...farEnds.flatMap((farEnd) => withoutLoopback(farEnd, draft)),
    ...farEnds.flatMap((farEnd) => bfdInOriginal(farEnd, draft)),
    ...farEnds.flatMap((farEnd) => withoutTunnel(farEnd, draft)),
  ];
}

function badName({ name: { value, path } }: DraftFarEnd): Fault[] {
  const fault = nameFault('far end', value);
  return fault === undefined ? [] : [{ kind: 'wrong-value', path, at: 'key', ...fault }];
}

function sharedNames({ sites = [], farEnds }: Draft): Fault[] {
  const routers = sites.flatMap((site) => site.routers ?? []);
  return farEnds.flatMap(({ name }) => {
    const router = routers.find((each) => each.name.value === name.value);
    if (router === undefined) return [];
    return [
      {
        kind: 'duplicate',
        path: name.path,
        at: 'key',
        fault: `${show(name.value)} is the name of a router in ${router.site} too (line ${router.name.line})`,
        hint: 'tunnels refer to both by name: give the far end another name',
      },
    ];
  });
}

function siteAsn({ asn }: DraftFarEnd, { sites = [] }: Draft): Fault[] {
  const site = asn && sites.find((each) => each.asn?.value === asn.value);
  if (asn === undefined || site === undefined) return [];
  return [
    {
      kind: 'duplicate',
      path: asn.path,
      fault: `AS ${asn.value} is the AS number of ${site.name.value} too (line ${site.asn?.line})`,
      hint: 'eBGP needs two different AS numbers: write the far end’s own',
    },
  ];
}

function sharedAddresses({ sites = [], farEnds }: Draft): Fault[] {
  const ours = sites.flatMap((site) => site.routers ?? []);
  const all = [
    ...ours.flatMap(({ address, publicAddress, loopback }) => [address, publicAddress, loopback]),
    ...farEnds.flatMap(({ publicAddress, loopback }) => [publicAddress, loopback]),
  ];
  return duplicates(all, ({ number }) => number)
    .filter(({ again }) => again.path[0] === 'farEnds')
    .map(({ first, again }) => ({
      kind: 'duplicate',
      path: again.path,
      fault: `${again.value.address} is an address of ${ownerOf(first)} too (line ${first.line})`,
      hint: `write an address that only ${ownerOf(again)} has`,
    }));
}

/** With the VPCs, and with each other. Overlaps between sites are found in `vpcs.ts`. */
function overlappingNetworks({ sites = [], farEnds }: Draft): Fault[] {
  const networks = [...sites.flatMap(({ vpc }) => vpc.cidrs ?? []), ...farEnds.flatMap((each) => each.networks)];
  return overlaps(networks)
    .filter(({ again }) => again.path[0] === 'farEnds')
    .map(({ first, again }) => ({
      kind: 'overlap',
      path: again.path,
      fault: `${again.value.cidr} overlaps ${first.value.cidr} of ${ownerOf(first)} (line ${first.line})`,
      hint: 'networks of sites and far ends must not overlap: write only networks that are behind this far end alone',
    }));
}

/** The packets that carry a tunnel would be routed into a tunnel. */
function holdsAddress(network: Placed<Network>, { sites = [], farEnds, tunnels = [] }: Draft): Fault[] {
  const ends = [...sites.flatMap((site) => site.routers ?? []), ...farEnds];
  const addresses = ends.flatMap(({ publicAddress, loopback }) => [publicAddress, loopback]);
  const inside = addresses.find((each) => each !== undefined && containsAddress(network.value, each.value));
  const inner = tunnels.find((each) => each.network !== undefined && overlap(each.network.value, network.value));
  const what = inside
    ? `${inside.value.address} of ${ownerOf(inside)} (line ${inside.line})`
    : inner?.network && `the tunnel network ${inner.network.value.cidr} (line ${inner.network.line})`;
  if (what === undefined) return [];
  return [
    {
      kind: 'overlap',
      path: network.path,
      fault: `${network.value.cidr} contains ${what}`,
      hint: 'traffic of the tunnel itself would be routed into a tunnel: write networks without that address',
    },
  ];
}

function inVpc({ publicAddress, loopback }: DraftFarEnd, { sites = [] }: Draft): Fault[] {
  const blocks = sites.flatMap(({ vpc }) => vpc.cidrs ?? []);
  return [publicAddress, loopback].flatMap((address) => {
    const block = address && blocks.find(({ value }) => containsAddress(value, address.value));
    if (address === undefined || block === undefined) return [];
    return [
      {
        kind: 'overlap',
        path: address.path,
        fault: `${address.value.address} is in the VPC ${block.value.cidr} of ${String(block.path[1])} (line ${block.line})`,
        hint: 'write the far end’s own public address, and a loopback outside every VPC',
      },
    ];
  });
}

function withoutLoopback({ name, loopback }: DraftFarEnd, { tunnelType }: Draft): Fault[] {
  if (loopback !== undefined || tunnelType?.value === 'vti') return [];
  return [
    {
      kind: 'missing-key',
      path: [...name.path, 'loopback'],
      fault: 'loopback is missing',
      hint: 'both ends of a GRE tunnel inside IPsec are loopbacks: write the far end’s, or tunnelType: vti',
    },
  ];
}

function bfdInOriginal({ bfd }: DraftFarEnd, { profile }: Draft): Fault[] {
  if (bfd?.value !== true || profile !== 'original') return [];
  const hint = 'remove it, or write profile: fast';
  return [{ kind: 'contradiction', path: bfd.path, fault: 'profile original has no BFD', hint }];
}

function withoutTunnel({ name }: DraftFarEnd, { tunnels }: Draft): Fault[] {
  if (tunnels === undefined || tunnels.some(({ between }) => between.some(({ value }) => value === name.value)))
    return [];
  return [
    {
      kind: 'missing-key',
      path: name.path,
      at: 'key',
      fault: `no tunnel leads to ${name.value}`,
      hint: `add - { between: [ROUTER, ${name.value}] } to tunnels, for the active and the standby router`,
    },
  ];
}

/** `['farEnds', NAME, …]`, `['sites', SITE, 'routers', NAME, …]`, `['sites', SITE, 'vpc', …]` */
function ownerOf({ path }: Placed<Address | Network>): string {
  return path[2] === 'routers'
    ? String(path[3])
    : path[0] === 'sites'
      ? `the VPC of ${String(path[1])}`
      : String(path[1]);
}
