import {
  DescribeRouteTablesCommand,
  type EC2Client,
  ReplaceRouteCommand,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { CONTROLLER_TAG } from '#failover/controller.ts';
import type { RouteFact } from '#failover/observation.ts';
import { type ManagedRoute, routeName } from '#failover/site.ts';

/** Where the managed routes point now, in the order given. A route or table that does not exist is `missing`. */
export async function describeRoutes(ec2: EC2Client, routes: readonly ManagedRoute[]): Promise<readonly RouteFact[]> {
  const found = new Map<string, Route>();
  const controllers = new Map<string, string>();
  for (const table of await describeTables(
    ec2,
    routes.map(({ table }) => table),
  )) {
    const controller = controllerIn(table);
    if (controller !== undefined) controllers.set(table.RouteTableId ?? '', controller);
    for (const route of table.Routes ?? []) {
      const name = `${table.RouteTableId} ${destinationOf(route)}`;
      // A propagated or advertised route may stand beside a static one to the same destination; the static one wins.
      if (!found.has(name) || originOf(route) === 'static') found.set(name, route);
    }
  }
  return routes.map((route) => factOf(route, found.get(routeName(route)), controllers.get(route.table)));
}

function factOf(
  { table, destination }: ManagedRoute,
  route: Route | undefined,
  controller: string | undefined,
): RouteFact {
  const of = { table, destination, ...(controller !== undefined && { controller }) };
  if (route === undefined) return { ...of, target: undefined, state: 'missing', origin: undefined };
  const state = route.State === 'blackhole' ? 'blackhole' : 'active';
  return { ...of, target: targetOf(route), state, origin: originOf(route) };
}

/**
 * Who has marked route tables (`#failover/controller.ts`), by table; undefined: nobody has. A table that does not exist is not in the
 * result.
 */
export async function describeControllers(
  ec2: EC2Client,
  tables: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const found = await describeTables(ec2, tables);
  return new Map(found.map((table) => [table.RouteTableId ?? '', controllerIn(table)]));
}

function controllerIn({ Tags = [] }: RouteTable): string | undefined {
  return Tags.find(({ Key }) => Key === CONTROLLER_TAG)?.Value;
}

/** The result of one ReplaceRoute. `throttled`: retry later. `final`: a retry cannot succeed (permission, no such route or interface). */
export type ReplaceOutcome = 'replaced' | RouteFault;

/** Why EC2 did not change a route. */
export interface RouteFault {
  readonly code: string;
  readonly message: string;
  readonly kind: 'throttled' | 'passing' | 'final';
}

/**
 * Points one existing route at an interface. Never creates one: a missing route is a fault that an operator must repair.
 * One attempt: the caller paces the calls, and the SDK's backoff would delay them.
 */
export async function replaceRoute(ec2: EC2Client, route: ManagedRoute, eni: string): Promise<ReplaceOutcome> {
  try {
    await ec2.send(replaceCommand(route, eni, false));
    return 'replaced';
  } catch (error) {
    return faultOf(error);
  }
}

/** May this route be pointed at that interface? EC2 checks permission and form, not whether the call would succeed; nothing changes. */
export async function rehearseReplace(ec2: EC2Client, route: ManagedRoute, eni: string): Promise<ReplaceOutcome> {
  try {
    await ec2.send(replaceCommand(route, eni, true));
  } catch (error) {
    // How EC2 reports that the call is permitted.
    return error instanceof Error && error.name === 'DryRunOperation' ? 'replaced' : faultOf(error);
  }
  return { code: 'DryRunIgnored', message: 'EC2 did not answer DryRunOperation', kind: 'final' };
}

function replaceCommand(route: ManagedRoute, eni: string, DryRun: boolean): ReplaceRouteCommand {
  return new ReplaceRouteCommand({
    RouteTableId: route.table,
    ...destinationInput(route.destination),
    NetworkInterfaceId: eni,
    DryRun,
  });
}

/** EC2's answer to a call that failed. */
export function faultOf(error: unknown): RouteFault {
  const { name: code, message } = error instanceof Error ? error : new Error(String(error));
  const kind = THROTTLED_CODES.test(code) ? 'throttled' : FINAL_CODES.test(code) ? 'final' : 'passing';
  return { code, message, kind };
}

const THROTTLED_CODES = /^(RequestLimitExceeded|Throttling|ThrottlingException|TooManyRequestsException)$/;

/**
 * ReplaceRoute on a route that does not exist answers InvalidParameterValue ("There is no route defined for …"), not
 * InvalidRoute.NotFound (https://github.com/getmoto/moto/issues/6425); both are treated alike.
 */
const FINAL_CODES =
  /^(Invalid|Unauthorized|AccessDenied|AuthFailure|OptInRequired|OperationNotPermitted|RouteLimitExceeded|Unsupported|Missing|Malformed)/;

/** EC2 refuses more than 200 filter values in a call (FilterLimitExceeded), and answers with 100 tables at a time. */
const TABLES_IN_A_CALL = 100;

async function describeTables(ec2: EC2Client, tables: readonly string[]): Promise<readonly RouteTable[]> {
  const ids = [...new Set(tables)];
  const calls = Array.from({ length: Math.ceil(ids.length / TABLES_IN_A_CALL) }, (_, call) =>
    describeSome(ec2, ids.slice(call * TABLES_IN_A_CALL, (call + 1) * TABLES_IN_A_CALL)),
  );
  return (await Promise.all(calls)).flat();
}

async function describeSome(ec2: EC2Client, ids: string[]): Promise<readonly RouteTable[]> {
  const tables: RouteTable[] = [];
  let next: string | undefined;
  do {
    // By filter and not by RouteTableIds: one unknown id would fail the whole call (InvalidRouteTableID.NotFound).
    const page = await ec2.send(
      new DescribeRouteTablesCommand({
        Filters: [{ Name: 'route-table-id', Values: ids }],
        MaxResults: 100,
        NextToken: next,
      }),
    );
    tables.push(...(page.RouteTables ?? []));
    next = page.NextToken;
  } while (next !== undefined && next !== '');
  return tables;
}

/** The parameter of ReplaceRoute and CreateRoute for a kind of destination. */
export function destinationInput(destination: string) {
  if (destination.startsWith('pl-')) return { DestinationPrefixListId: destination };
  return destination.includes(':') ? { DestinationIpv6CidrBlock: destination } : { DestinationCidrBlock: destination };
}

function destinationOf(route: Route): string | undefined {
  return route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
}

function originOf({ Origin }: Route): 'static' | 'propagated' | 'advertised' {
  if (Origin === 'EnableVgwRoutePropagation') return 'propagated';
  return Origin === 'Advertisement' ? 'advertised' : 'static';
}

/** A route through an interface carries the instance too; the interface is what we compare. */
function targetOf(route: Route): string | undefined {
  return (
    route.NetworkInterfaceId ??
    route.GatewayId ??
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.EgressOnlyInternetGatewayId ??
    route.LocalGatewayId ??
    route.CarrierGatewayId ??
    route.CoreNetworkArn ??
    route.InstanceId ??
    // Origin `Advertisement`: a VPC Route Server's route, whose next hop is an address.
    route.IpAddress
  );
}
