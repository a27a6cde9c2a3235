import * as z from '#contracts/validation.ts';
import { clauseOf, listOf } from '#failover/clause.ts';
import { routeName } from '#failover/site.ts';
import {
  answerCustomResource,
  type CustomResourcePorts,
  type CustomResourceResult,
  failure,
  success,
} from '#functions/custom-resource/answer-request.ts';
import type { CustomResourceRequest } from '#functions/custom-resource/parse-request.ts';
import { type CreatePorts, createRoutes, type RoutesCreated } from './create-routes.ts';
import { Properties, wantedRoutes } from './settings.ts';

/** What an answer needs of the outside. */
export type AnswerPorts = CreatePorts & CustomResourcePorts;

/** @throws Error if the event is no request, or CloudFormation does not take the answer */
export function answerRequest(event: unknown, ports: AnswerPorts): Promise<void> {
  return answerCustomResource(event, ports, {
    name: 'create-routes',
    physicalId: 'managed-routes',
    failed: 'The managed routes could not be created',
    late: 'The managed routes could not be created in the time of the function, because EC2 did not answer. Deploy again.',
    carryOut: (request) => carryOut(request, ports),
  });
}

/** Never throws. The removal of the stack leaves the routes as they are. */
async function carryOut(
  { RequestType, ResourceProperties }: CustomResourceRequest,
  ports: AnswerPorts,
): Promise<CustomResourceResult> {
  if (RequestType === 'Delete') return success('The managed routes stay as they are.');
  const parsed = z.safeParse(Properties, ResourceProperties);
  if (!parsed.success)
    return failure(`The properties of the resource are not valid: ${z.prettifyError(parsed.error)}.`);
  const wanted = wantedRoutes(parsed.data);
  try {
    return resultOf(await createRoutes(wanted, ports), wanted.site);
  } catch (error) {
    return failure(
      `The managed routes of site ${wanted.site} could not be read: ${clauseOf(error)}. No route was created or changed. Deploy again.`,
    );
  }
}

function resultOf({ owner, created, existing, failed }: RoutesCreated, site: string): CustomResourceResult {
  const [first] = failed;
  if (first === undefined) {
    return success(`${routes(created.length)} of site ${site} created at ${owner.name}, ${existing} existed.`);
  }
  const all = created.length + existing + failed.length;
  const names = listOf(
    failed.map(({ route, why }) => `${routeName(route)} (${why})`),
    ', ',
  );
  return failure(
    `${failed.length} of ${routes(all)} of site ${site} could not be created at ${owner.name}: ${names}. ${adviceOn(first.code)} Other routes stay as they are; deploy again to create the missing ones.`,
  );
}

function routes(count: number): string {
  return count === 1 ? '1 managed route' : `${count} managed routes`;
}

/** What an operator can do about a fault of CreateRoute. */
function adviceOn(code = ''): string {
  const [, advice] = ADVICE.find(([fault]) => fault.test(code)) ?? [];
  return advice ?? 'See the log of the function for each call.';
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^RouteLimitExceeded$/, 'The route table is full: request an increase of the quota "Routes per route table".'],
  [/^InvalidRouteTableID/, 'Correct the id of the route table in the topology.'],
  [/^InvalidPrefixListI[dD]/, 'Correct the id of the prefix list in the topology.'],
  [/^InvalidNetworkInterfaceI[dD]/, 'Correct the id of the router’s interface in the topology.'],
  [/^InvalidParameterValue$/, 'Correct the destination in the topology: it must not be part of the VPC’s own network.'],
  [/^(UnauthorizedOperation|AccessDenied)/, 'A policy of the account denies ec2:CreateRoute to the function’s role.'],
];
