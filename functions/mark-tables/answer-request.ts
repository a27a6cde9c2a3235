import * as z from '#contracts/validation.ts';
import { clauseOf } from '#failover/clause.ts';
import {
  answerCustomResource,
  type CustomResourcePorts,
  type CustomResourceResult,
  failure,
  success,
} from '#functions/custom-resource/answer-request.ts';
import type { CustomResourceRequest } from '#functions/custom-resource/parse-request.ts';
import { type MarkPorts, markTables, unmarkTables } from './mark-tables.ts';
import { isPhysicalId, type MarkProperties, Properties, physicalIdOf } from './settings.ts';

/** What an answer needs of the outside. */
export interface AnswerPorts extends MarkPorts, CustomResourcePorts {
  /** The tables that the deployment of this function manages. */
  readonly managed: readonly string[];
}

/** @throws Error if the event is no request, or CloudFormation does not take the answer */
export function answerRequest(event: unknown, ports: AnswerPorts): Promise<void> {
  return answerCustomResource(event, ports, {
    name: 'mark-tables',
    physicalId: physicalIdOf(ports.managed),
    failed: 'The route tables could not be marked',
    late: 'The route tables could not be marked in the time of the function, because EC2 did not answer. Deploy again.',
    carryOut: (request) => carryOut(request, ports),
  });
}

async function carryOut(request: CustomResourceRequest, ports: AnswerPorts): Promise<CustomResourceResult> {
  const parsed = z.safeParse(Properties, request.ResourceProperties);
  if (!parsed.success)
    return failure(`The properties of the resource are not valid: ${z.prettifyError(parsed.error)}.`);
  const wanted = parsed.data;
  try {
    return await withRetries(() => act(request, wanted, ports), ports);
  } catch (error) {
    const what =
      request.RequestType === 'Delete' ? 'The marks could not be removed' : 'The route tables could not be marked';
    return failure(
      `${what}: ${clauseOf(error)}. ${request.RequestType === 'Delete' ? 'Delete the stack again.' : 'Deploy again.'}`,
    );
  }
}

async function act(
  request: CustomResourceRequest,
  wanted: MarkProperties,
  ports: AnswerPorts,
): Promise<CustomResourceResult> {
  if (request.RequestType === 'Delete') {
    await unmarkTables({ ...wanted, Tables: [...doomedTables(request, wanted, ports)] }, ports);
    return success('The tables have no mark of this stack any more.');
  }
  const refusal = await markTables(wanted, ports);
  return refusal === undefined ? success(`${wanted.Tables.length} tables are marked.`) : failure(refusal);
}

/**
 * All tables, if the stack is deleted. After an update, or after one that was rolled back, CloudFormation has the resource deleted
 * that the stack has no longer: then those that are not managed.
 */
function doomedTables(
  { PhysicalResourceId = '' }: CustomResourceRequest,
  { Tables }: MarkProperties,
  { managed }: AnswerPorts,
): readonly string[] {
  const isCleanup = isPhysicalId(PhysicalResourceId) && PhysicalResourceId !== physicalIdOf(managed);
  return isCleanup ? Tables.filter((table) => !managed.includes(table)) : Tables;
}

const TRIES = 5;
const WAIT_MS = 2_000;

/** A new role may not be permitted yet, and a call may fail. */
async function withRetries<T>(work: () => Promise<T>, { sleep, log }: MarkPorts): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES) throw error;
      log.warn('A call to EC2 failed; trying again', { error, tries });
      await sleep(WAIT_MS * tries);
    }
  }
}
