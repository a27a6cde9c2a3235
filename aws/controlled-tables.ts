import {
  DescribeManagedPrefixListsCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  type ManagedPrefixList,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { CONTROLLER_TAG } from '#failover/controller.ts';
import { deskEc2Client } from './clients.ts';

/** A route table that a site of any topology has marked as its own. */
export interface ControlledTable {
  readonly id: string;
  /** The stack of the site: `controllerOf()`. */
  readonly controller: string;
  /** Routes as the quota counts them, which counts IPv4 and IPv6 each: a prefix list as its maximum of entries, propagated routes not. */
  readonly ipv4: number;
  readonly ipv6: number;
  /** Routes whose target is a network interface: those that a swap moves, and any others of that kind. */
  readonly atInterfaces: number;
}

/** Of all topologies of the account in a Region. @throws the SDK's error */
export async function controlledTables(region: string, signal?: AbortSignal): Promise<readonly ControlledTable[]> {
  const ec2 = deskEc2Client(region);
  const tables = await describeAll(ec2, signal);
  const ids = new Set(
    tables.flatMap(({ Routes = [] }) => Routes.flatMap((route) => route.DestinationPrefixListId ?? [])),
  );
  const lists = await describeLists(ec2, [...ids], signal);
  return tables.map(({ RouteTableId = '', Tags = [], Routes = [] }) => {
    const own = Routes.filter(({ Origin }) => Origin !== 'EnableVgwRoutePropagation' && Origin !== 'Advertisement');
    const count = (family: 'IPv4' | 'IPv6') => own.reduce((sum, route) => sum + weightOf(route, family, lists), 0);
    return {
      id: RouteTableId,
      controller: Tags.find(({ Key }) => Key === CONTROLLER_TAG)?.Value ?? '',
      ipv4: count('IPv4'),
      ipv6: count('IPv6'),
      atInterfaces: own.filter(({ NetworkInterfaceId }) => NetworkInterfaceId !== undefined).length,
    };
  });
}

async function describeAll(ec2: EC2Client, signal: AbortSignal | undefined): Promise<readonly RouteTable[]> {
  const tables: RouteTable[] = [];
  let next: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeRouteTablesCommand({
        Filters: [{ Name: 'tag-key', Values: [CONTROLLER_TAG] }],
        MaxResults: 100,
        NextToken: next,
      }),
      signal && { abortSignal: signal },
    );
    tables.push(...(page.RouteTables ?? []));
    next = page.NextToken;
  } while (next !== undefined && next !== '');
  return tables;
}

/** EC2 takes at most 200 values in a filter, and answers with 100 lists at a time. */
const LISTS_IN_A_CALL = 100;

async function describeLists(
  ec2: EC2Client,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly ManagedPrefixList[]> {
  const calls = Array.from({ length: Math.ceil(ids.length / LISTS_IN_A_CALL) }, async (_, call) => {
    const Values = ids.slice(call * LISTS_IN_A_CALL, (call + 1) * LISTS_IN_A_CALL);
    const command = new DescribeManagedPrefixListsCommand({
      Filters: [{ Name: 'prefix-list-id', Values }],
      MaxResults: LISTS_IN_A_CALL,
    });
    return (await ec2.send(command, signal && { abortSignal: signal })).PrefixLists ?? [];
  });
  return (await Promise.all(calls)).flat();
}

/** AWS's own lists have no maximum: those of gateway endpoints count as one route. */
function weightOf(route: Route, family: 'IPv4' | 'IPv6', lists: readonly ManagedPrefixList[]): number {
  if (route.DestinationPrefixListId === undefined)
    return (route.DestinationIpv6CidrBlock === undefined) === (family === 'IPv4') ? 1 : 0;
  const list = lists.find(({ PrefixListId }) => PrefixListId === route.DestinationPrefixListId);
  return (list?.AddressFamily ?? 'IPv4') === family ? (list?.MaxEntries ?? 1) : 0;
}
