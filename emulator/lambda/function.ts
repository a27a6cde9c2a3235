import type { AccessKey } from '#emulator/credentials.ts';
import type { Latency } from '#emulator/latency.ts';
import type { PolicyDocument } from '#emulator/managed-policies.ts';
import type { RecordHappening } from '#emulator/service.ts';
import { type Environment, type Outcome, startEnvironment } from './environment.ts';
import type { KeptEnvironments } from './kept-environments.ts';
import type { EnvironmentStart } from './runtime-api.ts';

/** A function as the template describes it. */
export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
  /** `file.export` */
  readonly handler: string;
  /** e.g. `nodejs24.x` */
  readonly runtime: string;
  /** The directory that Lambda would unpack to /var/task. */
  readonly taskRoot: string;
  readonly roleArn: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Undefined: no limit of its own. */
  readonly reservedConcurrency: number | undefined;
  /** The template's `Environment`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** How asynchronous invocations are retried. */
interface AsyncSettings {
  readonly retries: number;
  readonly maxAgeMs: number;
  /** ARN of the SQS queue that gets what Lambda gives up. Default: none. */
  readonly onFailure?: string | undefined;
}

/** Lambda had no environment to give: the function is at its reserved concurrency. */
export class ConcurrencyExceeded extends Error {
  override readonly name = 'ConcurrencyExceeded';
}

export interface LambdaFunction {
  readonly settings: FunctionSettings;
  /** Its resource-based policy; AWS::Lambda::Permission adds statements. */
  readonly permissions: PolicyDocument & { readonly Statement: unknown[] };
  asynchronous: AsyncSettings;
  /** Names of its aliases, which all point at `$LATEST`. */
  readonly aliases: Set<string>;
  /** Throws `ConcurrencyExceeded`. `payload` is JSON. `alias`: by which it is invoked. */
  invoke(payload: string, requestId: string, alias?: string): Promise<Outcome>;
  /** Ends its idle processes: the next invocation starts a new one. */
  endIdle(): Promise<void>;
  /** Ends each of its processes when its invocation has ended, idle ones at once; new invocations start new ones. */
  retire(): Promise<void>;
  /** Kills its processes; idle ones are kept if there is a place for them (`kept`). */
  close(): Promise<void>;
}

export interface FunctionEdges {
  /** Path of the bootstrap: `writeBootstrap`. */
  readonly bootstrap: string;
  readonly endpoint: string;
  /** Where idle environments come from, and go to at the end. Undefined: they are ended. */
  readonly kept?: KeptEnvironments | undefined;
  /**
   * Whether the function of that name may hold in memory what only this emulator knows, such as a write that a fault prevented: it is not
   * kept then.
   */
  readonly leavesMemories?: ((name: string) => boolean) | undefined;
  /** Mints credentials of the function's role. */
  readonly credentials: (roleArn: string, sessionName: string) => AccessKey;
  readonly latency: Latency;
  readonly record: RecordHappening;
  readonly now: () => number;
  readonly onLine: (line: string) => void;
  readonly onEnd: (outcome: Outcome, ms: number) => void;
  /** Gets each process that is started for an execution environment, before the function's code runs. */
  readonly onProcess?: ((process: FunctionProcess) => void) | undefined;
}

/** A process of an execution environment. */
export interface FunctionProcess {
  /** Of the function. */
  readonly name: string;
  readonly pid: number;
}

/** Lambda's documented defaults: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export const DEFAULT_ASYNC: AsyncSettings = { retries: 2, maxAgeMs: 6 * 3_600_000 };

/** A function with its warm environments. A new one is started only when all others are busy. */
export function createFunction(settings: FunctionSettings, edges: FunctionEdges): LambdaFunction {
  const idle: Environment[] = [];
  /** By environment: what it was started with. */
  const all = new Map<Environment, EnvironmentStart>();
  let running = 0;
  let closed = false;
  let retired = false;

  const take = async (): Promise<{ environment: Environment; cold: boolean }> => {
    for (let warm = idle.pop(); warm !== undefined; warm = idle.pop()) {
      if (!warm.isDead) return { environment: warm, cold: false };
      await drop(warm);
    }
    const { bootstrap, kept } = edges;
    const { taskRoot } = settings;
    const variables = lambdaVariables(settings, edges);
    const start = { taskRoot, variables };
    const onProcess = (pid: number) => edges.onProcess?.({ name: settings.name, pid });
    const warm = kept?.take(start);
    const environment = warm ?? kept?.startOver(start) ?? (await startEnvironment({ ...start, bootstrap, onProcess }));
    environment.onLine = (line) => {
      edges.record({ kind: 'log', at: edges.now(), function: settings.name, region: settings.region, line });
      edges.onLine(line);
    };
    all.set(environment, start);
    if (closed) await drop(environment);
    return { environment, cold: warm === undefined };
  };
  const drop = async (environment: Environment): Promise<void> => {
    await environment.close();
    all.delete(environment);
  };
  const leave = async (environment: Environment): Promise<void> => {
    const start = all.get(environment);
    if (edges.kept === undefined || start === undefined || environment.isDead || !idle.includes(environment))
      return drop(environment);
    all.delete(environment);
    environment.onLine = () => undefined;
    await edges.kept.keep(environment, start, { isWarm: edges.leavesMemories?.(settings.name) !== true });
  };

  const endIdle = async (): Promise<void> => {
    await Promise.all(idle.splice(0).map(drop));
  };

  const run = async (payload: string, requestId: string, alias?: string): Promise<Outcome> => {
    const at = edges.now();
    const started = performance.now();
    const { environment, cold } = await take();
    const { name, region } = settings;
    // A new process starts in the meantime.
    await edges.latency.spend({ service: 'lambda', operation: cold ? 'ColdStart' : 'WarmStart', region }, at);
    const latencyMs = performance.now() - started;
    const outcome = await environment.invoke({
      requestId,
      functionArn: alias === undefined ? settings.arn : `${settings.arn}:${alias}`,
      payload,
      timeoutMs: settings.timeoutMs,
    });
    const ms = performance.now() - started;
    if (environment.isDead || retired) await drop(environment);
    else idle.push(environment);
    const error = outcome.kind === 'ok' ? undefined : describe(outcome.payload);
    edges.record({
      kind: 'invocation',
      at,
      ms,
      function: name,
      region,
      requestId,
      outcome: outcome.kind,
      cold,
      startMs: cold ? Math.max(latencyMs, environment.initMs ?? 0) : latencyMs,
      ...(error && { error }),
    });
    edges.onEnd(outcome, ms);
    return outcome;
  };

  return {
    settings,
    permissions: { Version: '2012-10-17', Statement: [] },
    asynchronous: DEFAULT_ASYNC,
    aliases: new Set(),
    async invoke(payload, requestId, alias) {
      if (running >= (settings.reservedConcurrency ?? Number.POSITIVE_INFINITY))
        throw new ConcurrencyExceeded('Rate Exceeded.');
      running += 1;
      try {
        return await run(payload, requestId, alias);
      } finally {
        running -= 1;
      }
    },
    endIdle,
    async retire() {
      retired = true;
      await endIdle();
    },
    async close() {
      closed = true;
      await Promise.all([...all.keys()].map(leave));
    },
  };
}

/** What Lambda sets, and nothing of the shell that the emulator runs in. */
function lambdaVariables(settings: FunctionSettings, edges: FunctionEdges): Record<string, string> {
  const key = edges.credentials(settings.roleArn, settings.name);
  return {
    ...settings.variables,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_SESSION_TOKEN: key.sessionToken ?? '',
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ENDPOINT_URL: edges.endpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${settings.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '[$LATEST]emulated',
    LAMBDA_TASK_ROOT: settings.taskRoot,
    _HANDLER: settings.handler,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}

function describe(payload: string): string {
  const { errorType, errorMessage } = JSON.parse(payload) as { errorType?: string; errorMessage?: string };
  return `${errorType ?? 'Unhandled'}: ${errorMessage ?? ''}`;
}
