import { CreateRouteCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { ManagedRoute } from '#failover/site.ts';
import { destinationInput, faultOf, type RouteFault } from './route-tables.ts';

/** The result of one CreateRoute. `exists`: the table has a route to the destination, at whatever target. */
export type CreateOutcome = 'created' | 'exists' | RouteFault;

/**
 * Creates a route that points at an interface; one that exists stays as it is. For the deployment alone: a swap never creates a
 * route (rule 7), so this is in a file of its own, which `route-swap` does not import.
 */
export async function createRoute(ec2: EC2Client, route: ManagedRoute, eni: string): Promise<CreateOutcome> {
  const target = { RouteTableId: route.table, ...destinationInput(route.destination), NetworkInterfaceId: eni };
  try {
    await ec2.send(new CreateRouteCommand(target));
    return 'created';
  } catch (error) {
    const fault = faultOf(error);
    return fault.code === 'RouteAlreadyExists' ? 'exists' : fault;
  }
}
