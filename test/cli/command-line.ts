import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Cli } from '#cli/cli.ts';
import { synthesizeStacks } from '#cli/cost/synthesize-stacks.ts';
import type { Call, Cloud, Environment, GivenEnvironment } from '#cli/environment.ts';
import type { Io } from '#cli/io.ts';
import { coloursFor } from '#cli/output/colours.ts';
import { commandText } from '#cli/output/next-command.ts';
import { WaitLine } from '#cli/output/wait-line.ts';
import { processOutput } from '#cli/process-output.ts';
import { run } from '#cli/run.ts';
import type { RouteFact } from '#failover/observation.ts';
import type { ManagedRoute } from '#failover/site.ts';
import { NOW } from '../failover/situation.ts';

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  /** A stream: what an operator types, at the time it is read. */
  readonly stdin?: string | Uint8Array | AsyncIterable<string>;
  readonly env?: Io['env'];
  readonly cwd?: string;
  /** True: all streams are terminals. */
  readonly terminal?: boolean;
  /** Width of that terminal. Default: not known. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** Sees what is written to either stream, in order. */
  readonly onOutput?: (text: string) => void;
  /** Answers in place of the sites' functions. Default: none is deployed. */
  readonly invoke?: (call: Call) => unknown;
  /** Default: the sites have no API, and requests invoke their functions. */
  readonly apiUrl?: Environment['apiUrl'];
  readonly callApi?: Environment['callApi'];
  readonly sleep?: Environment['sleep'];
  /** Default: a constant time. */
  readonly now?: Environment['now'];
  /** Default: `id-1`, `id-2` … in each command line. */
  readonly newId?: Environment['newId'];
  /** SSM of all regions. Default: empty, and creating fails. */
  readonly secrets?: Pick<Environment, 'readSecrets' | 'createSecret'>;
  /** Default: there is no table. */
  readonly readHistory?: Environment['readHistory'];
  /** Default: 123456789012. */
  readonly callerAccount?: Environment['callerAccount'];
  /** CloudFormation and EC2 of all regions. Default: no stack exists, and every change fails. */
  readonly cloud?: Cloud;
  /** `cdk deploy`. Default: it succeeds and changes nothing. */
  readonly deployStacks?: Environment['deployStacks'];
  /** Replaces all of the above. */
  readonly environment?: GivenEnvironment;
}

export const examplesFolder = fileURLToPath(new URL('../../examples', import.meta.url));

/** Runs a command line in this process, by default in `examples/`, and returns its exit code and output. */
export async function commandLine(argv: readonly string[], around: Surroundings = {}): Promise<Ended> {
  const { stdin = '', env = {}, cwd = examplesFolder, terminal = false, columns, signal } = around;
  const said = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') =>
    processOutput({
      isTTY: terminal,
      ...(columns !== undefined && { columns }),
      write: (text) => {
        said[name] += text;
        around.onOutput?.(text);
      },
    });
  const isStream = typeof stdin === 'object' && Symbol.asyncIterator in stdin;
  const input = Readable.from(isStream ? stdin : [typeof stdin === 'string' ? Buffer.from(stdin) : stdin]);
  const exitCode = await run(
    argv,
    {
      stdout: output('stdout'),
      stderr: output('stderr'),
      stdin: Object.assign(input, { isTTY: terminal }),
      env,
      cwd,
      ...(signal && { signal }),
    },
    around.environment ?? environmentOf(around),
  );
  return { exitCode, ...said };
}

/** What a command gets, for tests of what commands share: without streams of its own. */
export function cliWith(around: Surroundings): Cli {
  const stream = { write: () => true };
  return {
    io: { stdout: stream, stderr: stream, stdin: Readable.from([]), env: {}, cwd: examplesFolder },
    waits: WaitLine.on(stream),
    environment: environmentOf(around),
    colours: () => coloursFor(stream, {}, false),
    action: () => () => Promise.resolve(),
    command: () => Promise.resolve(0),
  };
}

/** Before the first repetition; one more before each later one. */
export const BACKOFF_MS = 700;

const noSecrets = { readSecrets: () => Promise.resolve(new Map()), createSecret: () => Promise.resolve(false) };

function environmentOf(around: Surroundings): Environment {
  const { invoke = notDeployed, sleep = () => Promise.resolve(), now = () => NOW, secrets = noSecrets } = around;
  let ids = 0;
  return {
    invoke: async (call) => invoke(call),
    apiUrl: around.apiUrl ?? (() => Promise.resolve(undefined)),
    callApi: around.callApi ?? notDeployed,
    ...secrets,
    readHistory: around.readHistory ?? notDeployed,
    callerAccount: around.callerAccount ?? (() => Promise.resolve('123456789012')),
    cloud: around.cloud ?? noCloud,
    synthesizeStacks,
    deployStacks: around.deployStacks ?? (() => Promise.resolve(0)),
    nextCommand: (...words) => commandText(words),
    newId: around.newId ?? (() => `id-${++ids}`),
    now,
    sleep,
    backoffMs: (repeats) => Promise.resolve(BACKOFF_MS * (repeats + 1)),
    user: 'ann@desk',
  };
}

const noCloud: Cloud = {
  describeStack: () => Promise.resolve(undefined),
  listStacks: () => Promise.resolve([]),
  updateStack: notDeployed,
  createStack: notDeployed,
  allowDeletion: notDeployed,
  deleteStack: notDeployed,
  parameterDefaults: notDeployed,
  templateMetadata: () => Promise.resolve(undefined),
  templateOf: notDeployed,
  lastOperation: notDeployed,
  describeRoutes: (_region, routes) => Promise.resolve(routes.map(existing)),
  describeVpc: () => Promise.resolve(undefined),
  attachmentOf: () => Promise.resolve(undefined),
  inboundRules: notDeployed,
  networkAcls: notDeployed,
  alarmStates: notDeployed,
  subscriptionsOf: notDeployed,
  concurrencyOf: notDeployed,
  quotasOf: notDeployed,
  controlledTables: notDeployed,
  listMetrics: notDeployed,
  metricSums: notDeployed,
  protectFromTermination: notDeployed,
  existingParameters: () => Promise.resolve(new Set()),
  imageExists: () => Promise.resolve(false),
  typeIsOffered: () => Promise.resolve(false),
  listTables: () => Promise.resolve([]),
  runDocument: () => Promise.resolve({ kind: 'silent', why: 'there is no such document' }),
  stopInstance: notDeployed,
  startInstance: notDeployed,
  rehearseStart: notDeployed,
  instanceState: () => Promise.resolve(undefined),
  consoleOutput: notDeployed,
};

/** A managed route that EC2 has. */
export function existing(route: ManagedRoute): RouteFact {
  return { ...route, target: 'eni-0', state: 'active', origin: 'static' };
}

function notDeployed(): never {
  throw Object.assign(new Error('Function not found'), { name: 'ResourceNotFoundException' });
}
