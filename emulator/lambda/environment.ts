import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type EnvironmentStart, type RuntimeApi, startRuntimeApi } from './runtime-api.ts';

/** Lambda's own limit for code outside the handler, ms; beyond it, it starts over within the function's timeout. */
const INIT_LIMIT_MS = 10_000;

/** How an invocation ended. `payload` is JSON: the handler's result, or `{ errorType, errorMessage, … }`. */
export interface Outcome {
  readonly kind: 'ok' | 'error' | 'timeout';
  readonly payload: string;
}

interface EnvironmentSettings extends EnvironmentStart {
  /** The bootstrap as JavaScript: `writeBootstrap`. */
  readonly bootstrap: string;
  /** Gets the id of its process before the function's code runs. */
  readonly onProcess?: ((pid: number) => void) | undefined;
}

/** One execution environment: one process of the function, one invocation at a time. */
export interface Environment {
  /**
   * Runs one invocation. Never rejects: a failure is an outcome. After a timeout, a crash or a failed initialization the
   * environment accepts no invocation.
   */
  invoke(request: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly payload: string;
    readonly timeoutMs: number;
  }): Promise<Outcome>;
  readonly isDead: boolean;
  /** From its start until it asked for its first event, as Lambda's `Init Duration`; undefined: it has not. */
  readonly initMs: number | undefined;
  /** Gets each line that the function writes to stdout or stderr. Default: lines are ignored. */
  onLine: (line: string) => void;
  /** Makes an idle one that of another function, in the same process: the next invocation is the first of what it has loaded. */
  startOver(start: EnvironmentStart): void;
  /** Kills the process and waits until it is gone. */
  close(): Promise<void>;
}

/** Starts the process; its initialization goes on in the background. */
export async function startEnvironment(settings: EnvironmentSettings): Promise<Environment> {
  let started = performance.now();
  let initMs: number | undefined;
  let dead = false;
  let finish: ((outcome: Outcome) => void) | undefined;
  let current = '';
  let initialized = Promise.withResolvers<undefined>();

  const end = (outcome: Outcome): void => {
    finish?.(outcome);
    finish = undefined;
  };
  /**
   * A process that could not be started has no id, and Node's `kill` then signals whatever number its memory has, 0 among them: the whole
   * group.
   */
  const kill = (): void => {
    if (child.pid !== undefined) child.kill('SIGKILL');
  };
  const die = (outcome: Outcome): void => {
    dead = true;
    initialized.resolve(undefined);
    end(outcome);
    kill();
  };

  let initError: Outcome | undefined;
  const api: RuntimeApi = await startRuntimeApi({
    onNext: () => {
      initMs ??= performance.now() - started;
      initialized.resolve(undefined);
    },
    onResponse: (requestId, payload) => requestId === current && end({ kind: 'ok', payload }),
    onError: (requestId, payload) => requestId === current && end({ kind: 'error', payload }),
    onInitError: (payload) => {
      initError = { kind: 'error', payload };
      die(initError);
    },
  });
  const child = spawn(process.execPath, [settings.bootstrap, ...compileCache()], {
    cwd: settings.taskRoot,
    env: { ...settings.variables, AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) settings.onProcess?.(child.pid);
  const onLine = (line: string): void => environment.onLine(line);
  const gone = Promise.all([exitOf(child), readLines(child.stdout, onLine), readLines(child.stderr, onLine)]);
  const watched = gone.then(([how]) => die(exitError(current, how)));

  const environment: Environment = {
    get isDead() {
      return dead;
    },
    get initMs() {
      return initMs;
    },
    onLine: () => undefined,
    async invoke({ requestId, functionArn, payload, timeoutMs }) {
      if (initError !== undefined) return initError;
      current = requestId;
      const ended = new Promise<Outcome>((resolve) => {
        finish = resolve;
      });
      const initTimer = setTimeout(() => die(timedOut(requestId, INIT_LIMIT_MS)), INIT_LIMIT_MS);
      await initialized.promise;
      clearTimeout(initTimer);
      const timer = setTimeout(() => die(timedOut(requestId, timeoutMs)), timeoutMs);
      // The deadline is in real time: the process reads its own clock.
      if (!dead) api.give({ requestId, functionArn, payload, deadline: Date.now() + timeoutMs });
      const outcome = await ended;
      clearTimeout(timer);
      await linesOfThisInvocation();
      return outcome;
    },
    startOver(start) {
      started = performance.now();
      initMs = undefined;
      initialized = Promise.withResolvers();
      api.startOver(start);
    },
    async close() {
      kill();
      await watched;
      await api.close();
    },
  };
  return environment;
}

/** Directory of V8's compile cache, if the emulator was started with one. An argument, since functions see their environment. */
function compileCache(): string[] {
  return process.env['NODE_COMPILE_CACHE'] ? [process.env['NODE_COMPILE_CACHE']] : [];
}

/** Lines written before the response wait in the pipe and are read in the event loop's next turns. */
async function linesOfThisInvocation(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

async function exitOf(child: ChildProcess): Promise<string> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal === null ? `exit status ${code ?? 'unknown'}` : `signal ${signal}`;
}

async function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) if (line !== '') onLine(line);
}

function exitError(requestId: string, how: string): Outcome {
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
  return { kind: 'error', payload: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }) };
}

function timedOut(requestId: string, ms: number): Outcome {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${(ms / 1000).toFixed(2)} seconds`;
  return { kind: 'timeout', payload: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }) };
}
