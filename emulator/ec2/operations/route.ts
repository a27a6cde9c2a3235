import { invalidParameter, routeNotDefined } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import type { Route, RouteTable } from '#emulator/ec2/model/routes.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import type { Parameters } from '#emulator/ec2/parameters.ts';
import { destinationOf, targetOf } from '#emulator/ec2/route-request.ts';
import { checkRule, resolveTarget } from '#emulator/ec2/route-rules.ts';
import { type RegionState, replaced } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';

/** `parameters`, here and below: those of the action. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html */
export function replaceRoute(parameters: Parameters): Operation<Route> {
  return (state) => {
    const table = tableOf(parameters, state);
    const destination = destinationOf(parameters);
    const present = ownRoute(table, destination);
    if (present === undefined) throw routeNotDefined(destination);
    const target = resolveTarget(targetOf(parameters), table, state);
    checkRule(destination, target, table, state);
    const next = { ...present, target };
    const routes = table.routes.map((route) => (route === present ? next : route));
    return { result: next, state: withRoutes(state, table, routes) };
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html */
export function createRoute(parameters: Parameters): Operation<Route> {
  return (state) => {
    const table = tableOf(parameters, state);
    const destination = destinationOf(parameters);
    if (ownRoute(table, destination) !== undefined) {
      throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
    }
    if (destination.startsWith('pl-')) existing('pl', destination, state.prefixLists);
    const target = resolveTarget(targetOf(parameters), table, state);
    checkRule(destination, target, table, state);
    const route: Route = { destination, target, origin: 'CreateRoute' };
    return { result: route, state: withRoutes(state, table, [...table.routes, route]) };
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html */
export function deleteRoute(parameters: Parameters): Operation {
  return (state) => {
    const table = tableOf(parameters, state);
    const destination = destinationOf(parameters);
    const present = ownRoute(table, destination);
    if (present === undefined) {
      throw new AwsError(
        'InvalidRoute.NotFound',
        `no route with destination-cidr-block ${destination} in route table ${table.id}`,
      );
    }
    if (present.origin === 'CreateRouteTable') {
      throw invalidParameter(`cannot remove local route ${destination} in route table ${table.id}`);
    }
    const routes = table.routes.filter((route) => route !== present);
    return { result: undefined, state: withRoutes(state, table, routes) };
  };
}

function tableOf(parameters: Parameters, state: RegionState): RouteTable {
  return existing('rtb', parameters.required('RouteTableId'), state.routeTables);
}

/** Propagated and advertised routes are not the user's to replace or delete [unverified]. */
function ownRoute(table: RouteTable, destination: string): Route | undefined {
  return table.routes.find(
    (route) =>
      route.destination === destination && (route.origin === 'CreateRoute' || route.origin === 'CreateRouteTable'),
  );
}

function withRoutes(state: RegionState, table: RouteTable, routes: readonly Route[]): RegionState {
  return { ...state, routeTables: replaced(state.routeTables, table.id, { ...table, routes }) };
}
