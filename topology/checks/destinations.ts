import type { Draft, DraftSite, DraftTable, Placed } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { containsNetwork, type Network, overlap, parseNetwork } from '../networks.ts';

/**
 * Destinations that EC2 would refuse. In every table a route into the own VPC is for one of its CIDR blocks (it replaces the
 * local route) or for the whole of a subnet; a gateway (edge) table has no others:
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html and gateway-route-tables.html
 */
export function checkDestinations(draft: Draft): Fault[] {
  return (draft.sites ?? []).flatMap((site) => [
    ...(site.tables ?? []).flatMap((table) => [
      ...(table.edge ? wrongInEdgeTable(table, site) : []),
      ...(table.destinations ?? []).flatMap(reservedByAws),
    ]),
    ...noSubnets(site),
  ]);
}

function wrongInEdgeTable({ destinations, path: table }: DraftTable, { vpc: { cidrs } }: DraftSite): Fault[] {
  if (destinations === undefined) {
    const hint = 'write the subnets whose incoming traffic goes to the pair';
    return [{ kind: 'missing-key', path: table, fault: 'an edge table needs its destinations', hint }];
  }
  return destinations.flatMap(({ value, path }) => {
    const fault = edgeFault(value, cidrs);
    const hint = 'an edge table’s destinations are subnets of its own VPC, or one of the VPC’s CIDR blocks';
    return fault === undefined ? [] : [{ kind: 'contradiction', path, fault, hint }];
  });
}

function edgeFault(value: string, cidrs: readonly Placed<Network>[] | undefined): string | undefined {
  const network = parseNetwork(value);
  if (network === undefined) return `an edge table takes no prefix list: ${value}`;
  if (network.family === 6) {
    const isSubnet = network.prefix >= 44 && network.prefix <= 64;
    return isSubnet ? undefined : `${value} is no IPv6 network of a subnet or VPC, which are /44 to /64`;
  }
  if (cidrs === undefined || cidrs.some((block) => containsNetwork(block.value, network))) return undefined;
  return `${value} is not in the site’s own VPC ${cidrs.map((block) => block.value.cidr).join(', ')}`;
}

/** Link-local ranges of AWS's own services; a wider route may hold them. */
const reserved = ['169.254.168.0/22', 'fd00:ec2::/32']
  .map((cidr) => parseNetwork(cidr))
  .filter((each) => each !== undefined);

function reservedByAws({ value, path }: Placed<string>): Fault[] {
  const network = parseNetwork(value);
  const range = network && reserved.find((each) => containsNetwork(each, network));
  if (range === undefined) return [];
  const fault = `${value} is in ${range.cidr}, to which AWS lets nobody add a route`;
  return [{ kind: 'wrong-value', path, fault, hint: 'take it out: instance metadata, DNS and time answer there' }];
}

interface Inside {
  readonly network: Network;
  readonly place: Placed<string>;
}

/** Destinations inside the own VPC that cannot be the whole of a subnet, as far as the file tells its subnets. */
function noSubnets(site: DraftSite): Fault[] {
  const inside = (site.tables ?? [])
    .flatMap(({ destinations = [] }) => destinations)
    .flatMap((place): Inside[] => {
      const network = parseNetwork(place.value);
      return network !== undefined && isPartOf(network, site) ? [{ network, place }] : [];
    });
  const known = new Map<string, Inside>();
  return inside.flatMap((each) => {
    const why = tooSmall(each) ?? besideRouterSubnet(each, site) ?? besideAnother(each, known.values());
    if (!known.has(each.network.cidr)) known.set(each.network.cidr, each);
    if (why === undefined) return [];
    return [
      {
        kind: 'contradiction',
        path: each.place.path,
        fault: `${each.place.value} lies in the site’s own VPC, and cannot be a subnet of it: ${why}`,
        hint: 'AWS takes a route into the own VPC only for the whole CIDR block of a subnet, or of the VPC: write that',
      },
    ];
  });
}

/** Smaller than the CIDR block that it is in. */
function isPartOf(network: Network, { vpc: { cidrs = [] } }: DraftSite): boolean {
  return cidrs.some(({ value }) => value.cidr !== network.cidr && containsNetwork(value, network));
}

function tooSmall({ network }: Inside): string | undefined {
  return network.prefix > 28 ? 'the smallest is a /28' : undefined;
}

function besideRouterSubnet({ network }: Inside, { routers = [] }: DraftSite): string | undefined {
  const clash = routers.find(({ subnet }) => subnet !== undefined && isAnother(network, subnet.value));
  return (
    clash?.subnet &&
    `it overlaps ${clash.subnet.value.cidr}, the subnet of ${clash.name.value} (line ${clash.subnet.line})`
  );
}

/** @param before those that stand earlier in the file, each once */
function besideAnother({ network }: Inside, before: Iterable<Inside>): string | undefined {
  const clash = [...before].find((each) => isAnother(network, each.network));
  return clash && `it overlaps ${clash.place.value} (line ${clash.place.line}), and subnets do not overlap`;
}

function isAnother(network: Network, other: Network): boolean {
  return network.cidr !== other.cidr && overlap(network, other);
}
