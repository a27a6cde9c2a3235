import type { Draft, DraftSite, Placed } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { containsNetwork, type Network } from '../networks.ts';
import { duplicates } from './duplicates.ts';
import { overlaps } from './overlaps.ts';

/** Requirements of routing between sites: one AS number per site, and networks that do not overlap. */
export function checkVpcs(draft: Draft): Fault[] {
  const sites = draft.sites ?? [];
  return [
    ...sites.flatMap(idOrCreate),
    ...sites.flatMap(cidrOrCidrs),
    ...sharedAsns(sites),
    ...overlappingVpcs(sites),
    ...sharedVpcs(sites),
    ...sites.flatMap(frontsOutside),
    ...overlappingFronts(sites),
  ];
}

function idOrCreate({ vpc }: DraftSite): Fault[] {
  if (!vpc.known || (vpc.id !== undefined) !== vpc.create) return [];
  const path = [...vpc.path, 'id'];
  if (vpc.create) {
    const fault = 'create: true and id exclude each other';
    return [
      { kind: 'contradiction', path, fault, hint: 'remove create: true if the VPC exists, or id if it does not' },
    ];
  }
  return [
    {
      kind: 'missing-key',
      path,
      fault: 'id is missing',
      hint: 'write id: vpc-…, or create: true if the deployment is to create the VPC',
    },
  ];
}

/** `cidr` is the short form of one CIDR block. */
function cidrOrCidrs({ vpc: { known, path, cidr, cidrs } }: DraftSite): Fault[] {
  if (!known) return [];
  if (cidr === undefined && cidrs === undefined) {
    const hint =
      'write the VPC’s IPv4 network, for example cidr: 10.1.0.0/16, or with several CIDR blocks cidrs: [10.1.0.0/16, …]';
    return [{ kind: 'missing-key', path: [...path, 'cidr'], or: [...path, 'cidrs'], fault: 'cidr is missing', hint }];
  }
  if (cidr === undefined || cidrs === undefined || cidrs.some(({ value }) => value.cidr === cidr.value.cidr)) return [];
  return [
    {
      kind: 'contradiction',
      path: cidr.path,
      fault: `${cidr.value.cidr} is not among the VPC’s cidrs (line ${cidrs[0]?.line})`,
      hint: 'remove cidr, or add it to cidrs',
    },
  ];
}

function sharedAsns(sites: readonly DraftSite[]): Fault[] {
  return duplicates(
    sites.map(({ asn }) => asn),
    (asn) => asn,
  ).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    fault: `AS ${again.value} is the AS number of ${owner(first)} too (line ${first.line})`,
    hint: 'eBGP needs different AS numbers: give each site its own, for example from 64512 to 65534',
  }));
}

function sharedVpcs(sites: readonly DraftSite[]): Fault[] {
  return duplicates(
    sites.map(({ vpc }) => vpc.id),
    (id) => id,
  ).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    fault: `${again.value} is the VPC of ${owner(first)} too (line ${first.line})`,
    hint: 'each site has a VPC of its own: write its id',
  }));
}

function overlappingVpcs(sites: readonly DraftSite[]): Fault[] {
  return overlaps(sites.flatMap(({ vpc }) => vpc.cidrs ?? [])).map(({ first, again }) =>
    owner(first) === owner(again)
      ? {
          kind: 'overlap',
          path: again.path,
          fault: `${again.value.cidr} overlaps ${first.value.cidr} of the same VPC (line ${first.line})`,
          hint: 'the CIDR blocks of a VPC do not overlap: write them as the AWS console shows them',
        }
      : {
          kind: 'overlap',
          path: again.path,
          fault: `${again.value.cidr} overlaps the VPC of ${owner(first)}, ${first.value.cidr} (line ${first.line})`,
          hint: 'networks of different sites must not overlap: renumber one of the VPCs',
        },
  );
}

function frontsOutside({ vpc, frontSubnets }: DraftSite): Fault[] {
  const { cidrs } = vpc;
  if (cidrs === undefined) return [];
  return frontSubnets
    .filter(({ value }) => !cidrs.some((block) => containsNetwork(block.value, value)))
    .map(({ value, path }) => ({
      kind: 'outside',
      path,
      fault: `${value.cidr} is not in the VPC’s ${cidrs.map((block) => block.value.cidr).join(', ')}`,
      hint: 'list only networks of the site’s own VPC',
    }));
}

/** Also within one site: a network listed twice, or next to a part of itself, is a mistake. */
function overlappingFronts(sites: readonly DraftSite[]): Fault[] {
  return overlaps(sites.flatMap(({ frontSubnets }) => frontSubnets)).map(({ first, again }) => ({
    kind: 'overlap',
    path: again.path,
    fault: `${again.value.cidr} overlaps ${first.value.cidr} of ${owner(first)} (line ${first.line})`,
    hint: 'list each network once, at the site that it is in',
  }));
}

/** `['sites', 'tokyo', …]` */
function owner({ path }: Placed<number | string | Network>): string {
  return String(path[1]);
}
