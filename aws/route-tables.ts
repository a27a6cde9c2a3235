import { DescribeRouteTablesCommand, type EC2Client, ReplaceRouteCommand, type Route } from '@aws-sdk/client-ec2';
import type { RouteFact } from '#failover/observation.ts';
import type { ManagedRoute } from '#failover/site.ts';

/** Where the managed routes point now, in the order given. A route or table that does not exist is `missing`. */
export async function describeRoutes(ec2: EC2Client, routes: readonly ManagedRoute[]): Promise<readonly RouteFact[]> {
  const found = new Map<string, Route>();
  let next: string | undefined;
  do {
    // By filter and not by RouteTableIds: one unknown id would fail the whole call (InvalidRouteTableID.NotFound).
    const page = await ec2.send(
      new DescribeRouteTablesCommand({
        Filters: [{ Name: 'route-table-id', Values: [...new Set(routes.map((route) => route.table))] }],
        MaxResults: 100,
        NextToken: next,
      }),
    );
    for (const table of page.RouteTables ?? []) {
      for (const route of table.Routes ?? []) found.set(`${table.RouteTableId} ${destinationOf(route)}`, route);
    }
    next = page.NextToken;
  } while (next !== undefined && next !== '');
  return routes.map(({ table, destination }) => {
    const route = found.get(`${table} ${destination}`);
    const state = route === undefined ? 'missing' : route.State === 'blackhole' ? 'blackhole' : 'active';
    return { table, destination, target: route && targetOf(route), state };
  });
}

/** How one ReplaceRoute went. `final`: asking again cannot help (permission, no such route or interface). */
export type ReplaceOutcome = 'replaced' | { readonly code: string; readonly message: string; readonly final: boolean };

/** Points one existing route at an interface. Never creates one: a missing route is a mistake that a person must see. */
export async function replaceRoute(ec2: EC2Client, route: ManagedRoute, eni: string): Promise<ReplaceOutcome> {
  try {
    await ec2.send(
      new ReplaceRouteCommand({
        RouteTableId: route.table,
        ...destinationInput(route.destination),
        NetworkInterfaceId: eni,
      }),
    );
    return 'replaced';
  } catch (error) {
    const { name: code, message } = error instanceof Error ? error : new Error(String(error));
    return { code, message, final: FINAL_CODES.test(code) };
  }
}

/**
 * ReplaceRoute on a route that does not exist answers InvalidParameterValue ("There is no route defined for …"), not
 * InvalidRoute.NotFound (https://github.com/getmoto/moto/issues/6425); both mean the same to us.
 */
const FINAL_CODES = /^(Invalid|Unauthorized|AccessDenied|Missing|Malformed)/;

function destinationInput(destination: string) {
  if (destination.startsWith('pl-')) return { DestinationPrefixListId: destination };
  return destination.includes(':') ? { DestinationIpv6CidrBlock: destination } : { DestinationCidrBlock: destination };
}

function destinationOf(route: Route): string | undefined {
  return route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
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
