import type { Draft, Placed } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { type Network, overlap, parseNetwork } from '../networks.ts';
import { awsLinkLocal, freePairNetworks, freeTunnelNetworks } from '../tunnel-networks.ts';
import { overlaps } from './overlaps.ts';

/** Tunnel networks in the file overlap neither each other nor any other address in use, and leave room for those that are assigned. */
export function checkTunnelNetworks(draft: Draft): Fault[] {
  const networks = (draft.tunnels ?? []).flatMap(({ network }) => (network === undefined ? [] : [network]));
  const used = [...vpcs(draft), ...endAddresses(draft)];
  // No other addresses may be link-local.
  const inLinkLocal = [...networks.map(({ value }) => value), ...loopbacks(draft)];
  return [
    ...overlaps(networks).map(({ first, again }) =>
      overlapping(again, `the tunnel network ${first.value.cidr} (line ${first.line})`),
    ),
    ...networks.flatMap((network) => {
      if (overlap(network.value, awsLinkLocal)) return [withAws(network)];
      const other = used.find(({ value }) => overlap(value.network, network.value));
      return other === undefined ? [] : [overlapping(network, `${other.value.name} (line ${other.line})`)];
    }),
    ...noneForPairs(draft, inLinkLocal),
    ...noneForTunnels(draft, inLinkLocal),
  ];
}

function noneForPairs(draft: Draft, used: readonly Network[]): Fault[] {
  if (freePairNetworks(used).length === 2) return [];
  const fault =
    'tunnels and loopbacks use all of 169.254.254.0/23, of which the routers of a pair need two networks of /30';
  return [noneFree(draft, fault, 'omit network in some tunnels to have it assigned, or use other loopbacks')];
}

/** Default tunnels, of which each far end has two, are too few for that. */
function noneForTunnels(draft: Draft, used: readonly Network[]): Fault[] {
  const unnumbered = (draft.tunnels ?? []).filter(({ network }) => network === undefined).length;
  if (freeTunnelNetworks(unnumbered, used).length >= unnumbered) return [];
  const fault = `tunnels and loopbacks use so much of 169.254.0.0/16 that ${unnumbered} tunnels cannot be assigned networks`;
  return [noneFree(draft, fault, 'use other loopbacks, for example from 10.255.0.0/16')];
}

function noneFree(draft: Draft, fault: string, hint: string): Fault {
  return { kind: 'count', path: [draft.tunnels === undefined ? 'sites' : 'tunnels'], at: 'key', fault, hint };
}

function loopbacks({ sites = [], farEnds }: Draft): Network[] {
  const ends = [...sites.flatMap((site) => site.routers ?? []), ...farEnds];
  return ends.flatMap(({ loopback }) => {
    const network = loopback && parseNetwork(`${loopback.value.address}/32`);
    return network === undefined ? [] : [network];
  });
}

function overlapping({ value, path }: Placed<Network>, what: string): Fault {
  const hint = 'use a free /30, or omit network to have one assigned';
  return { kind: 'overlap', path, fault: `${value.cidr} overlaps ${what}`, hint };
}

function withAws({ value, path }: Placed<Network>): Fault {
  return {
    kind: 'overlap',
    path,
    fault: `${value.cidr} is in ${awsLinkLocal.cidr}, which AWS uses for instance metadata, DNS and time`,
    hint: 'use another /30, or omit network to have one assigned',
  };
}

interface Used {
  readonly network: Network;
  readonly name: string;
}

function vpcs({ sites = [] }: Draft): Placed<Used>[] {
  return sites.flatMap(({ vpc, name }) =>
    (vpc.cidrs ?? []).map((block) => ({
      ...block,
      value: { network: block.value, name: `the VPC ${block.value.cidr} of ${name.value}` },
    })),
  );
}

function endAddresses({ sites = [], farEnds }: Draft): Placed<Used>[] {
  const ends = [...sites.flatMap((site) => site.routers ?? []), ...farEnds];
  return ends.flatMap(({ name, loopback, publicAddress }) =>
    [loopback, publicAddress].flatMap((address) => {
      const network = address === undefined ? undefined : parseNetwork(`${address.value.address}/32`);
      if (address === undefined || network === undefined) return [];
      return [{ ...address, value: { network, name: `${address.value.address} of ${name.value}` } }];
    }),
  );
}
