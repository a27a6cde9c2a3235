import { isCreatedId } from '#topology/created-ids.ts';
import type { FarEnd, Site, Topology } from '#topology/topology.ts';
import type { Colours } from '../output/colours.ts';
import { counted } from '../output/counted.ts';
import { renderTable } from '../output/table.ts';

/** A summary of a topology; two sites fit on one screen. */
export function renderTopology(topology: Topology, { bold, green, columns }: Colours): string {
  const table = (head: readonly string[], rows: readonly (readonly string[])[]) => renderTable(head, rows, columns);
  const { name, vyos, profile, sites, farEnds, tunnels } = topology;
  const tables = sites.flatMap((site) => site.routeTables);
  return [
    `${green('✓')} ${bold(name)} is valid: ${counted(sites.length, 'site')}, ${farEnds.length === 0 ? '' : `${counted(farEnds.length, 'far end')}, `}${counted(tables.length, 'route table')}, ${counted(tunnels.length, 'tunnel')}`,
    `  VyOS ${vyos}, profile ${profile}`,
    '',
    table(['SITE', 'REGION', 'ASN', 'VPC', 'FRONT SUBNETS', 'DETECTORS'], sites.map(siteRow)),
    '',
    table(['ROUTER', 'SITE', 'ROLE', 'INSTANCE', 'INTERFACE', 'ADDRESS', 'PUBLIC ADDRESS'], sites.flatMap(routerRows)),
    '',
    ...(tables.length === 0 ? [] : [table(['ROUTE TABLE', 'SITE', 'MANAGED ROUTES'], sites.flatMap(tableRows)), '']),
    ...(farEnds.length === 0
      ? []
      : [table(['FAR END', 'PUBLIC ADDRESS', 'ASN', 'NETWORKS', 'BFD'], farEnds.map(farEndRow)), '']),
    table(
      ['TUNNEL', 'NETWORK'],
      tunnels.map(({ between, network }) => [between.join(' – '), network]),
    ),
  ].join('\n');
}

function siteRow({ name, region, asn, vpc, frontSubnets, detectors }: Site): string[] {
  return [
    name,
    region,
    String(asn),
    `${short(vpc.cidrs)} ${idOrCreated(vpc.id)}`,
    short(frontSubnets),
    detectors.join(', '),
  ];
}

function routerRows({ name, routers }: Site): string[][] {
  return [routers.active, routers.standby].map((router) => [
    router.name,
    name,
    router.role,
    router.instance ?? TO_BE_CREATED,
    idOrCreated(router.eni),
    router.address,
    idOrCreated(router.publicAddress),
  ]);
}

function farEndRow({ name, publicAddress, asn, networks, bfd }: FarEnd): string[] {
  return [name, publicAddress, String(asn), short(networks), bfd ? 'yes' : 'no'];
}

function tableRows({ name, routeTables }: Site): string[][] {
  return routeTables.map(({ id, destinations }) => [
    idOrCreated(id),
    name,
    `${destinations.length}: ${short(destinations)}`,
  ]);
}

function short(values: readonly string[]): string {
  return values.length <= 3 ? values.join(', ') : `${values.slice(0, 2).join(', ')}, …`;
}

const TO_BE_CREATED = '(created)';

/** Ids of what the deployment creates are in the outputs of its stacks. */
function idOrCreated(id: string): string {
  return isCreatedId(id) ? TO_BE_CREATED : id;
}
