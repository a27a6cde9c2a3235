import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  InvocationDoesNotExist,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { clauseOf } from '#failover/clause.ts';
import { BOUNDED } from './bounds.ts';
import { isThrottling } from './call-fault.ts';
import { COMMAND_FAULTS, type CommandFault, isFault, silentFor } from './command-fault.ts';

/**
 * Here and not in `clients.ts`: route-swap loads this file only when it needs it. One attempt for each request: what may be
 * repeated is repeated here, and a SendCommand whose answer was lost would run twice.
 */
export const ssmClient = (): SSMClient => new SSMClient({ ...BOUNDED, maxAttempts: 1 });

/**
 * How a command on a router ended. `failed`: the script ended with a status other than 0. `silent`: no complete answer arrived
 * in time, or SSM reports a fault of its own; neither is evidence about the router's health. The command may have run, or still
 * run, unless `neverRan`: AWS did not accept it.
 */
export type CommandEnd =
  | { readonly kind: 'answered'; readonly output: string }
  | { readonly kind: 'failed'; readonly why: string }
  | {
      readonly kind: 'silent';
      /** A clause, with the name that AWS has for it. */
      readonly why: string;
      /** The reason, where AWS or the agent names one that is known here; undefined: no answer in time, or another one. */
      readonly fault?: CommandFault;
      readonly neverRan?: true;
    };

export interface CommandRequest {
  /** One of our own SSM documents. */
  readonly document: string;
  readonly instance: string;
  /** Default: `$DEFAULT`, as SSM has it. */
  readonly version?: string;
  /** Values of the document's parameters. Default: none. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The command is cancelled after this time, ms. */
  readonly deadlineMs: number;
  /** It changes nothing, and may run twice: it is sent again if its answer gets lost. Default: false. */
  readonly repeatable?: boolean;
}

/** Time, for polling. */
export interface Time {
  now(): number;
  sleep(ms: number): Promise<void>;
}

const FIRST_POLL_MS = 300;
const SLOWEST_POLL_MS = 1_000;
/** The least that SSM accepts. It only limits the start of the command; CancelCommand enforces the deadline. */
const TIMEOUT_SECONDS = 30;
/** Of a read whose answer was lost, and of a call that AWS throttled. */
const MOST_SENDS = 3;
const SEND_AGAIN_AFTER_MS = 500;

/** Runs a document on one router and waits for its end. Never throws: what cannot be asked is `silent`. */
export async function runCommand(ssm: SSMClient, request: CommandRequest, time: Time): Promise<CommandEnd> {
  const until = time.now() + request.deadlineMs;
  const sent = await send(ssm, request, time);
  if ('kind' in sent) return sent;
  const end = await pollUntil(ssm, sent, until, time);
  if (end.kind !== 'under-way') return end;
  await cancel(ssm, sent);
  return { kind: 'silent', why: end.fault ?? `no answer within ${inSeconds(request.deadlineMs)}` };
}

/** Whole ones from 1 s on: the search for the instance takes some ms of a command's time. */
function inSeconds(ms: number): string {
  return `${ms < 1000 ? ms / 1000 : Math.round(ms / 1000)} s`;
}

interface Invocation {
  readonly CommandId: string;
  readonly InstanceId: string;
}

/** Sends it once. Again only where that cannot run it twice: AWS throttled it, or it may run twice. */
async function send(ssm: SSMClient, request: CommandRequest, time: Time): Promise<Invocation | CommandEnd> {
  for (let sends = 1; ; sends += 1) {
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
      if (Command?.CommandId === undefined) return { kind: 'silent', why: 'SSM did not name the command' };
      return { CommandId: Command.CommandId, InstanceId: request.instance };
    } catch (error) {
      const neverRan = isRefusal(error);
      const again = neverRan ? isThrottling(error) : request.repeatable === true;
      if (!again || sends >= MOST_SENDS) return notTaken(error, neverRan);
      await time.sleep(SEND_AGAIN_AFTER_MS * sends);
    }
  }
}

function notTaken(error: unknown, neverRan: boolean): CommandEnd {
  const name = error instanceof Error ? error.name : '';
  const known = isFault(name) ? { fault: name } : {};
  const why = isFault(name) ? `${name}: ${COMMAND_FAULTS[name]}` : wordsOfError(error);
  return { kind: 'silent', why, ...known, ...(neverRan && { neverRan }) };
}

/** SSM takes lists, of one value each. */
function parametersOf({ parameters = {} }: CommandRequest): Record<string, string[]> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
}

/** AWS answered, and said that it does not take the request. A fault of its own (5xx) leaves open what it did. */
function isRefusal(error: unknown): boolean {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

/**
 * Asked until it has ended; a question that fails is asked again, unless AWS refuses it. The SDK's own waiter polls every 5 s:
 * too slow for us.
 */
async function pollUntil(
  ssm: SSMClient,
  invocation: Invocation,
  until: number,
  time: Time,
): Promise<CommandEnd | { readonly kind: 'under-way'; readonly fault: string | undefined }> {
  let fault: string | undefined;
  for (let wait = FIRST_POLL_MS; time.now() + wait <= until; wait = Math.min(wait * 1.5, SLOWEST_POLL_MS)) {
    await time.sleep(wait);
    try {
      const end = endOf(await ssm.send(new GetCommandInvocationCommand(invocation)));
      fault = undefined;
      if (end !== undefined) return end;
    } catch (error) {
      // Normal right after SendCommand: the invocation is not visible yet.
      if (error instanceof InvocationDoesNotExist) continue;
      fault = wordsOfError(error);
      if (isRefusal(error) && !isThrottling(error)) break;
    }
  }
  return { kind: 'under-way', fault };
}

/** Without this a command that is queued for an unreachable router would run later. A failure of this call is harmless. */
async function cancel(ssm: SSMClient, { CommandId, InstanceId }: Invocation): Promise<void> {
  await ssm.send(new CancelCommandCommand({ CommandId, InstanceIds: [InstanceId] })).catch(() => undefined);
}

/** The SDK names its own option and module in the message of a timeout (@smithy/node-http-handler); `status` shows this text. */
const REQUEST_TIMEOUT = /exceeded the configured (?<ms>\d+) ms requestTimeout/;

function wordsOfError(error: unknown): string {
  const { ms } = REQUEST_TIMEOUT.exec(error instanceof Error ? error.message : '')?.groups ?? {};
  if (ms !== undefined) return `SSM did not answer within ${inSeconds(Number(ms))}`;
  return error instanceof Error ? `${error.name}: ${clauseOf(error)}` : String(error);
}

/** `Cancelling` is not an end: the script may still succeed. */
const UNDER_WAY: readonly (string | undefined)[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling', undefined];

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html; undefined: it is still in progress. */
function endOf(found: GetCommandInvocationCommandOutput): CommandEnd | undefined {
  const { Status, StatusDetails, ResponseCode, StandardOutputContent = '', StandardErrorContent = '' } = found;
  if (UNDER_WAY.includes(Status)) return undefined;
  if (Status === 'Success') {
    return TRUNCATED.test(StandardOutputContent) ? silentFor('OutputTruncated') : answered(StandardOutputContent);
  }
  if (Status === 'Failed' && isOfScript(found)) {
    return { kind: 'failed', why: `exit code ${ResponseCode}: ${wordsOf(StandardErrorContent)}` };
  }
  return silentFor(StatusDetails || Status || 'nothing');
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

/** What the script itself said, as a clause; the agent adds a line to it. F12: crashes print VyOS's support text first. */
function wordsOf(stderr: string): string {
  const own = stderr.trim().replace(/\s*failed to run commands: exit status \d+$/, '');
  return clauseOf(own.slice(-500));
}
