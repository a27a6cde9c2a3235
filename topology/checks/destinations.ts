import type { Draft, DraftSite, DraftTable, Placed } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { containsNetwork, type Network, overlap, parseNetwork, requireNetwork } from '../networks.ts';

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
    const hint = 'list the subnets whose incoming traffic goes to the pair';
    return [{ kind: 'missing-key', path: table, fault: 'an edge table has no default destinations', hint }];
  }
  return destinations.flatMap(({ value, path }) => {
    const fault = edgeFault(value, cidrs);
    const hint = 'the destinations of an edge table are subnets of its own VPC, or CIDR blocks of the VPC';
    return fault === undefined ? [] : [{ kind: 'contradiction', path, fault, hint }];
  });
}

function edgeFault(value: string, cidrs: readonly Placed<Network>[] | undefined): string | undefined {
  const network = parseNetwork(value);
  if (network === undefined) return `an edge table cannot have a prefix list: ${value}`;
  if (network.family === 6) {
    const isSubnet = network.prefix >= 44 && network.prefix <= 64;
    return isSubnet ? undefined : `${value} cannot be the IPv6 network of a subnet or VPC: these are /44 to /64`;
  }
  if (cidrs === undefined || cidrs.some((block) => containsNetwork(block.value, network))) return undefined;
  return `${value} is not in the site’s own VPC ${cidrs.map((block) => block.value.cidr).join(', ')}`;
}

/** Link-local ranges of AWS services. A wider route may contain them. */
const reserved = ['169.254.168.0/22', 'fd00:ec2::/32'].map(requireNetwork);

function reservedByAws({ value, path }: Placed<string>): Fault[] {
  const network = parseNetwork(value);
  const range = network && reserved.find((each) => containsNetwork(each, network));
  if (range === undefined) return [];
  const fault = `${value} is in ${range.cidr}, which AWS reserves: no route can be added`;
  return [{ kind: 'wrong-value', path, fault, hint: 'remove it: the range serves instance metadata, DNS and time' }];
}

interface Inside {
  readonly network: Network;
  readonly place: Placed<string>;
}

/** Destinations inside the own VPC that cannot be a whole subnet, as far as the file shows the subnets. */
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
        fault: `${each.place.value} is in the site’s own VPC, but cannot be one of its subnets: ${why}`,
        hint: 'AWS accepts a route into the own VPC only for the whole CIDR block of a subnet or of the VPC: write one of these',
      },
    ];
  });
}

/** Smaller than the CIDR block that it is in. */
function isPartOf(network: Network, { vpc: { cidrs = [] } }: DraftSite): boolean {
  return cidrs.some(({ value }) => value.cidr !== network.cidr && containsNetwork(value, network));
}

function tooSmall({ network }: Inside): string | undefined {
  return network.prefix > 28 ? 'the smallest subnet is a /28' : undefined;
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
