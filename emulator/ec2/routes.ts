import { AwsError } from '#emulator/service.ts';
import type { Write } from './action.ts';
import { invalidParameter, routeNotDefined } from './errors.ts';
import { routeTableResource } from './iam.ts';
import { existing, wellFormed } from './ids.ts';
import type { Parameters } from './parameters.ts';
import { destinationOf, targetOf } from './route-request.ts';
import { checkRule, resolveTarget } from './route-rules.ts';
import { type RegionState, type Route, type RouteTable, replaced } from './state.ts';

const resources: Write['resources'] = (parameters, state) => [
  routeTableResource(state, parameters.required('RouteTableId')),
];

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html */
export const replaceRoute: Write = {
  kind: 'write',
  resources,
  precheck(parameters) {
    wellFormed('rtb', parameters.required('RouteTableId'));
    destinationOf(parameters);
    targetOf(parameters);
  },
  run(parameters, state) {
    const table = tableOf(parameters, state);
    const destination = destinationOf(parameters);
    const present = ownRoute(table, destination);
    if (present === undefined) throw routeNotDefined(destination);
    const target = resolveTarget(targetOf(parameters), table, state);
    checkRule(destination, target, table, state);
    const routes = table.routes.map((route) => (route === present ? { ...route, target } : route));
    return { output: { return: true }, state: withRoutes(state, table, routes) };
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html */
export const createRoute: Write = {
  kind: 'write',
  resources,
  precheck: replaceRoute.precheck,
  run(parameters, state) {
    const table = tableOf(parameters, state);
    const destination = destinationOf(parameters);
    if (ownRoute(table, destination) !== undefined) {
      throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
    }
    if (destination.startsWith('pl-')) existing('pl', destination, state.prefixLists);
    const target = resolveTarget(targetOf(parameters), table, state);
    checkRule(destination, target, table, state);
    const route: Route = { destination, target, origin: 'CreateRoute' };
    return { output: { return: true }, state: withRoutes(state, table, [...table.routes, route]) };
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html */
export const deleteRoute: Write = {
  kind: 'write',
  resources,
  precheck(parameters) {
    wellFormed('rtb', parameters.required('RouteTableId'));
    destinationOf(parameters);
  },
  run(parameters, state) {
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
    return { output: { return: true }, state: withRoutes(state, table, routes) };
  },
};

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
