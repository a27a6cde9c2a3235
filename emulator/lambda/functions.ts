import { randomUUID } from 'node:crypto';
import type { Iam } from '#emulator/iam.ts';
import type { Latency } from '#emulator/latency.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { Clock, PutMetric, RecordHappening } from '#emulator/service.ts';
import type { Queues } from '#emulator/sqs/queues.ts';
import type { Outcome } from './environment.ts';
import { EventQueue } from './event-queue.ts';
import {
  ConcurrencyExceeded,
  createFunction,
  type FunctionEdges,
  type FunctionSettings,
  type LambdaFunction,
} from './function.ts';
import { giveUp } from './give-up.ts';

/** All functions of the account. */
export interface Functions {
  /** Throws for one that exists. */
  add(settings: FunctionSettings): LambdaFunction;
  /** Gives the function of that ARN other settings; its permissions stay. Invocations that run end as they began. */
  update(settings: FunctionSettings): Promise<void>;
  /** Kills its processes. */
  remove(arn: string): Promise<void>;
  /** `name`: the function's name or its ARN, with a qualifier or without. Undefined if there is none in that region. */
  find(region: string, name: string): LambdaFunction | undefined;
  readonly all: readonly LambdaFunction[];
  /** Invokes and waits. Throws `ConcurrencyExceeded`. `payload` is JSON. `alias`: by which it is invoked. */
  invoke(fn: LambdaFunction, payload: string, alias?: string): Promise<Outcome>;
  /** Queues; Lambda then retries as the function's EventInvokeConfig says. */
  invokeLater(fn: LambdaFunction, payload: string): LaterInvocation;
  /**
   * Why an AWS service may not invoke the function, as a sentence; undefined if a permission lets it.
   * `sourceArn`: the rule, API route or topic on whose behalf it does. `alias`: by which it is invoked; a permission counts for the ARN
   * that it names.
   */
  refusal(fn: LambdaFunction, service: string, sourceArn: string, alias?: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** An asynchronous invocation. Neither promise rejects. */
interface LaterInvocation {
  readonly requestId: string;
  /** The first attempt has ended. */
  readonly attempted: Promise<void>;
}

interface Attempt {
  readonly ended: 'done' | 'failed' | 'throttled';
  /** JSON; undefined: the function did not run. */
  readonly response?: string;
}

/**
 * ms before the first and the second retry after a function error:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const ERROR_RETRY_MS = [60_000, 120_000] as const;
/** Throttled events are tried again after 1 s, growing to 5 minutes. */
const THROTTLE_RETRY_MS = { first: 1_000, longest: 300_000 } as const;

export function createFunctions(edges: {
  readonly bootstrap: string;
  readonly endpoint: string;
  readonly kept?: FunctionEdges['kept'];
  readonly leavesMemories?: FunctionEdges['leavesMemories'];
  readonly onProcess?: FunctionEdges['onProcess'];
  readonly credentials: FunctionEdges['credentials'];
  readonly accountId: string;
  readonly iam: Iam;
  readonly queues: Queues;
  readonly latency: Latency;
  readonly clock: Clock;
  readonly record: RecordHappening;
  readonly putMetric: PutMetric;
  /** Sees every line that a function writes, for metrics in it. */
  readonly onLine: (region: string, line: string) => void;
}): Functions {
  const functions = new Map<string, LambdaFunction>();
  const queue = new EventQueue();
  let closed = false;

  const measure = ({ region, name }: FunctionSettings, values: Readonly<Record<string, number>>): void => {
    for (const [metric, value] of Object.entries(values)) {
      edges.putMetric({ region, namespace: 'AWS/Lambda', name: metric, value, dimensions: { FunctionName: name } });
    }
  };

  const attempt = async (fn: LambdaFunction, payload: string, requestId: string): Promise<Attempt> => {
    // The event had to wait, and the emulator has been closed meanwhile: nothing starts any more.
    if (closed) return { ended: 'done' };
    try {
      const { kind, payload: response } = await fn.invoke(payload, requestId);
      return { ended: kind === 'ok' ? 'done' : 'failed', response };
    } catch (error) {
      if (!(error instanceof ConcurrencyExceeded)) throw error;
      measure(fn.settings, { Throttles: 1 });
      return { ended: 'throttled' };
    }
  };

  const retry = async (fn: LambdaFunction, payload: string, requestId: string, first: Attempt): Promise<void> => {
    const accepted = edges.clock.now();
    let last = first;
    let failures = first.ended === 'failed' ? 1 : 0;
    let pause: number = THROTTLE_RETRY_MS.first;
    for (;;) {
      const { retries, maxAgeMs } = fn.asynchronous;
      const wait = last.ended === 'failed' ? (ERROR_RETRY_MS[Math.min(failures, 2) - 1] ?? 0) : pause;
      const given =
        failures > retries
          ? `${failures} attempts failed`
          : edges.clock.now() + wait - accepted > maxAgeMs
            ? `it is older than ${maxAgeMs / 1000} s`
            : undefined;
      if (given !== undefined) {
        edges.record({
          kind: 'undelivered',
          at: edges.clock.now(),
          region: fn.settings.region,
          from: `async event ${requestId}`,
          to: fn.settings.arn,
          reason: `Lambda dropped the event: ${given}.`,
        });
        const condition = failures > retries ? 'RetriesExhausted' : 'EventAgeExceeded';
        await giveUp(fn, { requestId, payload, response: last.response, condition, failures }, edges);
        return;
      }
      await edges.clock.sleep(wait);
      const current = functions.get(fn.settings.arn);
      if (closed || current === undefined) return;
      last = await attempt(current, payload, requestId);
      if (last.ended === 'done') return;
      if (last.ended === 'failed') failures += 1;
      else pause = Math.min(pause * 2, THROTTLE_RETRY_MS.longest);
    }
  };

  const put = (settings: FunctionSettings): LambdaFunction => {
    const fn = createFunction(settings, {
      ...edges,
      now: () => edges.clock.now(),
      onLine: (line) => edges.onLine(settings.region, line),
      onEnd: (outcome, ms) =>
        measure(settings, { Invocations: 1, Errors: outcome.kind === 'ok' ? 0 : 1, Duration: ms }),
    });
    functions.set(settings.arn, fn);
    return fn;
  };

  return {
    get all() {
      return [...functions.values()];
    },
    add(settings) {
      if (functions.has(settings.arn)) throw new Error(`The function ${settings.arn} exists twice.`);
      return put(settings);
    },
    async update(settings) {
      const previous = functions.get(settings.arn);
      const fn = put(settings);
      if (previous === undefined) return;
      fn.permissions.Statement.push(...previous.permissions.Statement);
      fn.asynchronous = previous.asynchronous;
      for (const alias of previous.aliases) fn.aliases.add(alias);
      await previous.retire();
    },
    async remove(arn) {
      const fn = functions.get(arn);
      functions.delete(arn);
      await fn?.close();
    },
    find(region, name) {
      const [, bare = name] = /^(?:arn:[^:]+:lambda:[^:]+:\d+:function:)?([^:]+)/.exec(name) ?? [];
      return functions.get(`arn:${partitionOf(region).name}:lambda:${region}:${edges.accountId}:function:${bare}`);
    },
    async invoke(fn, payload, alias) {
      try {
        return await fn.invoke(payload, randomUUID(), alias);
      } catch (error) {
        if (error instanceof ConcurrencyExceeded) measure(fn.settings, { Throttles: 1 });
        throw error;
      }
    },
    invokeLater(fn, payload) {
      const requestId = randomUUID();
      const attempted = queue
        .run(fn.settings.arn, () => attempt(fn, payload, requestId))
        .then((first) => {
          if (first.ended !== 'done') retry(fn, payload, requestId, first).catch(() => undefined);
        });
      return { requestId, attempted };
    },
    refusal: (fn, service, sourceArn, alias) =>
      edges.iam.serviceRefusal(
        service,
        {
          action: 'lambda:InvokeFunction',
          resource: alias === undefined ? fn.settings.arn : `${fn.settings.arn}:${alias}`,
          context: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': edges.accountId },
        },
        fn.permissions,
      ),
    async close() {
      closed = true;
      await Promise.all([...functions.values()].map((fn) => fn.close()));
    },
  };
}
