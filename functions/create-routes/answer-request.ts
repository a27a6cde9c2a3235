import type { CloudFormationAnswer } from '#aws/answer-cloudformation.ts';
import * as z from '#contracts/validation.ts';
import { clauseOf, listOf } from '#failover/clause.ts';
import { routeName } from '#failover/site.ts';
import { type CreatePorts, createRoutes, type RoutesCreated } from './create-routes.ts';
import { type CustomResourceRequest, parseRequest } from './parse-request.ts';
import { Properties, wantedRoutes } from './settings.ts';

/** What an answer needs of the outside. */
export interface AnswerPorts extends CreatePorts {
  /** The answer must leave by then, ms since the epoch: Lambda ends the function soon after. */
  readonly answerBy: number;
  answer(url: string, answer: CloudFormationAnswer): Promise<void>;
}

type Result = Pick<CloudFormationAnswer, 'Status' | 'Reason'>;

/** The same for every request: another one would make CloudFormation replace the resource. */
const PHYSICAL_ID = 'managed-routes';

/** The answer holds at most 4096 bytes, and a character up to 3 of them. */
const LONGEST_REASON = 1_000;

/**
 * Carries out a request of CloudFormation, and answers it in any case: without an answer a deployment waits for its timeout.
 *
 * @throws Error if the event is no request, or CloudFormation does not take the answer
 */
export async function answerRequest(event: unknown, ports: AnswerPorts): Promise<void> {
  const request = parseRequest(event);
  const { StackId, RequestId, LogicalResourceId } = request;
  const { Status, Reason } = await Promise.race([carryOut(request, ports), timeout(ports)]);
  const log = { Status, Reason, request: request.RequestType };
  if (Status === 'FAILED') ports.log.error('The managed routes could not be created', log);
  await ports.answer(request.ResponseURL, {
    Status,
    Reason: Reason.slice(0, LONGEST_REASON),
    PhysicalResourceId: PHYSICAL_ID,
    StackId,
    RequestId,
    LogicalResourceId,
  });
}

/** Never throws. The removal of the stack leaves the routes as they are. */
async function carryOut(
  { RequestType, ResourceProperties }: CustomResourceRequest,
  ports: AnswerPorts,
): Promise<Result> {
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

function resultOf({ owner, created, existing, failed }: RoutesCreated, site: string): Result {
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

/** The calls that are under way go on, and the next deployment finds what they did. */
async function timeout({ now, sleep, answerBy }: AnswerPorts): Promise<Result> {
  await sleep(Math.max(0, answerBy - now()));
  return failure(
    'The managed routes could not be created in the time of the function, because EC2 did not answer. Deploy again.',
  );
}

function success(Reason: string): Result {
  return { Status: 'SUCCESS', Reason };
}

function failure(Reason: string): Result {
  return { Status: 'FAILED', Reason };
}
