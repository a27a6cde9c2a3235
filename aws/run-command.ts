import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  InvocationDoesNotExist,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { clauseOf } from '#failover/in-words.ts';
import { BOUNDED } from './bounds.ts';

/** Here and not in `clients.ts`: route-swap loads this file only when it needs it. */
export const ssmClient = (): SSMClient => new SSMClient(BOUNDED);

/**
 * How a command on a router ended. `failed`: the script ran, and ended with a status other than 0. `silent`: no whole answer
 * came back, for SSM's own reason or in time, which says nothing about the router's health.
 */
export type CommandEnd =
  | { readonly kind: 'answered'; readonly output: string }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'silent'; readonly why: string };

export interface CommandRequest {
  /** One of our own SSM documents. */
  readonly document: string;
  readonly instance: string;
  /** Default: `$DEFAULT`, as SSM has it. */
  readonly version?: string;
  /** Values of the document's parameters. Default: none. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Give up, and cancel the command, after so many ms. */
  readonly deadlineMs: number;
}

/** Time, for polling. */
export interface Time {
  now(): number;
  sleep(ms: number): Promise<void>;
}

const FIRST_POLL_MS = 300;
const SLOWEST_POLL_MS = 1_000;
/** The least that SSM takes; it only bounds the start of the command, so the deadline is ours (CancelCommand). */
const TIMEOUT_SECONDS = 30;

/** Runs a document on one router and waits for its end. Never throws: what cannot be asked is `silent`. */
export async function runCommand(ssm: SSMClient, request: CommandRequest, time: Time): Promise<CommandEnd> {
  const until = time.now() + request.deadlineMs;
  try {
    const { Command } = await ssm.send(
      new SendCommandCommand({
        DocumentName: request.document,
        DocumentVersion: request.version,
        Parameters: parametersOf(request),
        InstanceIds: [request.instance],
        TimeoutSeconds: TIMEOUT_SECONDS,
      }),
    );
    const CommandId = Command?.CommandId ?? '';
    const end = await pollUntil(ssm, { CommandId, InstanceId: request.instance }, until, time);
    if (end !== undefined) return end;
    // Else a command that a sleeping router still has queued would run when it wakes up.
    await ssm.send(new CancelCommandCommand({ CommandId, InstanceIds: [request.instance] }));
    return { kind: 'silent', why: `no answer within ${request.deadlineMs / 1000} s` };
  } catch (error) {
    return { kind: 'silent', why: error instanceof Error ? `${error.name}: ${clauseOf(error)}` : String(error) };
  }
}

/** SSM takes lists, of one value each. */
function parametersOf({ parameters = {} }: CommandRequest): Record<string, string[]> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
}

interface Invocation {
  readonly CommandId: string;
  readonly InstanceId: string;
}

/** The SDK's own waiter polls every 5 s: too slow for us. */
async function pollUntil(
  ssm: SSMClient,
  invocation: Invocation,
  until: number,
  time: Time,
): Promise<CommandEnd | undefined> {
  for (let wait = FIRST_POLL_MS; time.now() + wait <= until; wait = Math.min(wait * 1.5, SLOWEST_POLL_MS)) {
    await time.sleep(wait);
    const end = await look(ssm, invocation);
    if (end !== undefined) return end;
  }
  return undefined;
}

async function look(ssm: SSMClient, invocation: Invocation): Promise<CommandEnd | undefined> {
  try {
    return endOf(await ssm.send(new GetCommandInvocationCommand(invocation)));
  } catch (error) {
    // Normal right after SendCommand: the invocation is not visible yet.
    if (error instanceof InvocationDoesNotExist) return undefined;
    throw error;
  }
}

/** `Cancelling` is none: the script may still end well. */
const UNDER_WAY: readonly (string | undefined)[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling', undefined];

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html; undefined: it goes on. */
function endOf(found: GetCommandInvocationCommandOutput): CommandEnd | undefined {
  const { Status, StatusDetails, ResponseCode, StandardOutputContent = '', StandardErrorContent = '' } = found;
  if (UNDER_WAY.includes(Status)) return undefined;
  if (Status === 'Success') return TRUNCATED.test(StandardOutputContent) ? CUT_OFF : answered(StandardOutputContent);
  if (Status === 'Failed' && isOfScript(found)) {
    return { kind: 'failed', why: `exit code ${ResponseCode}: ${wordsOf(StandardErrorContent)}` };
  }
  return { kind: 'silent', why: `SSM says ${StatusDetails || Status}` };
}

/** `Undeliverable`, `AccessDenied`, `InvalidPlatform` and `Terminated` are failures too, of SSM: nothing ran. */
function isOfScript({ StatusDetails = 'Failed', ResponseCode = -1 }: GetCommandInvocationCommandOutput): boolean {
  return StatusDetails === 'Failed' && ResponseCode !== -1;
}

function answered(output: string): CommandEnd {
  return { kind: 'answered', output };
}

/** What the SSM agent ends an output with that it has cut (agent/framework/processor/executer/iohandler). */
const TRUNCATED = /--output truncated--+\s*$/i;
const CUT_OFF: CommandEnd = { kind: 'silent', why: 'SSM cut its answer off after 24,000 characters' };

/** What the script itself said, as a clause; the agent adds a line to it. */
function wordsOf(stderr: string): string {
  const own = stderr.trim().replace(/\s*failed to run commands: exit status \d+$/, '');
  return clauseOf(own.slice(0, 500));
}
