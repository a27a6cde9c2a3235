import type { Write } from './action.ts';
import { routeTableResource } from './iam.ts';
import { wellFormed } from './ids.ts';
import type { Operation } from './operation.ts';
import * as operations from './operations/route.ts';
import type { Parameters } from './parameters.ts';
import { destinationOf, targetOf } from './route-request.ts';

/** One of the three actions on a route, whose answer is true. */
function routeAction(operation: (parameters: Parameters) => Operation<unknown>, precheck: Write['precheck']): Write {
  return {
    kind: 'write',
    resources: (parameters, state) => [routeTableResource(state, parameters.required('RouteTableId'))],
    precheck,
    run: (parameters, state, context) => ({
      output: { return: true },
      state: operation(parameters)(state, context.operation).state,
    }),
  };
}

function checkDestination(parameters: Parameters): void {
  wellFormed('rtb', parameters.required('RouteTableId'));
  destinationOf(parameters);
}

function checkRoute(parameters: Parameters): void {
  checkDestination(parameters);
  targetOf(parameters);
}

export const replaceRoute = routeAction(operations.replaceRoute, checkRoute);
export const createRoute = routeAction(operations.createRoute, checkRoute);
export const deleteRoute = routeAction(operations.deleteRoute, checkDestination);
