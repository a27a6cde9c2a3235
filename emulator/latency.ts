import type { Socket } from 'node:net';
import { z } from 'zod';
import { lognormal } from './lognormal.ts';
import type { Clock, RecordHappening } from './service.ts';
import { wildcard } from './wildcard.ts';

/**
 * How long AWS takes for an operation. Besides API actions (`GetItem`, `Describe*`) these operations have a latency:
 *
 * - `Connect` of every service, and of `execute-api` (an HTTP API): TCP and TLS, from the connection to its first request
 * - `Invoke` of `execute-api`: what the gateway adds to a request
 * - `WarmStart` of `lambda`: from an invocation to its handler, in an environment that exists
 * - `ColdStart` of `lambda`: the same in a new environment. The start of the real process is part of it, not added to it.
 * - `IngestionToInvocationStart` of `events`: from an event to the invocation of its targets, as CloudWatch's metric of that name
 */
const latencyRuleSchema = z.strictObject({
  /** Signing name, e.g. `ec2`. Omitted: every service. `*` stands for any text. */
  service: z.string().min(1).optional(),
  /** Omitted: every operation. `*` stands for any text. */
  operation: z.string().min(1).optional(),
  /** Always so long; with `sigma`, the median of the lognormal distribution that it is drawn from each time. */
  ms: z.number().min(0),
  sigma: z.number().positive().max(3).optional(),
});

export type LatencyRule = z.infer<typeof latencyRuleSchema>;

/** The time of one API call. */
interface CallLatency {
  /** Waits for what remains of it, less what the emulator needs for the rest of a call. */
  wait(): Promise<void>;
  /** The call was carried out; nothing but the emulator's own work delayed it since `wait`. @param at ms since the epoch */
  ended(at: number): void;
}

/** How long AWS takes. What the emulator itself needs is part of it, not added to it. Without rules: nothing. */
export interface Latency {
  /** Replaces the rules; of several that match, the first counts. Throws `z.ZodError`. */
  use(rules: readonly LatencyRule[]): void;
  readonly rules: readonly LatencyRule[];
  /** Of the next operation of this kind, ms. */
  draw(service: string, operation: string): number;
  /** Of an API call. @param since when it arrived, ms since the epoch */
  call(service: string, action: string, since: number): CallLatency;
  /** Waits as long as the operation takes, and records it. @param since when it began, ms since the epoch. Default: now */
  spend(operation: Operation, since?: number): Promise<void>;
  /** A client has connected. */
  opened(socket: Socket): void;
  /** Every connection counts as closed, as after some idle time: its next request pays for `Connect` again. */
  closeConnections(): void;
  /** Waits for the rest of the connection's `Connect`, before its first request to a service. */
  connected(socket: Socket, service: string, region: string): Promise<void>;
}

interface Operation {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
}

/** One client's connection. A client of several services has one for each in AWS, since each has its own host. */
interface Connection {
  readonly openedAt: number;
  /** By service, what has connected since `closeConnections()`. */
  readonly connected: Set<string>;
}

interface Matcher {
  readonly rule: LatencyRule;
  readonly service: (value: string) => boolean;
  readonly operation: (value: string) => boolean;
}

/** The emulator's work on so many of the last calls tells what the next one will need. */
const KNOWN_CALLS = 15;
/** A call ends so much before its time at most, ms: on a busy machine, what some calls needed says little about the next one. */
const MOST_WORK_MS = 5;

/** `random`: [0, 1). */
export function createLatency(edges: {
  readonly random: () => number;
  readonly clock: Clock;
  readonly record: RecordHappening;
}): Latency {
  const { random, clock, record } = edges;
  let connections = new WeakMap<Socket, Connection>();
  let matchers: readonly Matcher[] = [];
  const workOfCalls: number[] = [];

  const ruleFor = (service: string, operation: string): LatencyRule | undefined =>
    matchers.find((matcher) => matcher.service(service) && matcher.operation(operation))?.rule;
  const draw = (service: string, operation: string): number => {
    const { ms, sigma } = ruleFor(service, operation) ?? { ms: 0, sigma: undefined };
    return sigma === undefined ? ms : lognormal(ms, sigma, random);
  };
  const wait = async (operation: Operation, at: number, ms: number): Promise<void> => {
    if (ms <= 0) return;
    await clock.sleep(Math.max(0, at + ms - clock.now()));
    record({ kind: 'latency', at, ms, ...operation });
  };

  return {
    use(rules) {
      matchers = z
        .array(latencyRuleSchema)
        .parse(rules)
        .map((rule) => ({ rule, service: wildcard(rule.service), operation: wildcard(rule.operation) }));
    },
    get rules() {
      return matchers.map(({ rule }) => rule);
    },
    draw,
    call(service, action, since) {
      const ms = draw(service, action);
      const waitEnds = since + ms - Math.min(MOST_WORK_MS, middleOf(workOfCalls));
      let hasWaited = false;
      return {
        async wait() {
          const left = waitEnds - clock.now();
          hasWaited = left > 0;
          if (hasWaited) await clock.sleep(left);
        },
        ended(at) {
          if (!hasWaited) return;
          workOfCalls.push(Math.max(0, at - waitEnds));
          if (workOfCalls.length > KNOWN_CALLS) workOfCalls.shift();
        },
      };
    },
    spend: (operation, since = clock.now()) => wait(operation, since, draw(operation.service, operation.operation)),
    opened: (socket) => void connections.set(socket, { openedAt: clock.now(), connected: new Set() }),
    closeConnections: () => void (connections = new WeakMap()),
    async connected(socket, service, region) {
      const connection = connections.get(socket) ?? { openedAt: clock.now(), connected: new Set() };
      connections.set(socket, connection);
      if (connection.connected.has(service)) return;
      const since = connection.connected.size === 0 ? connection.openedAt : clock.now();
      connection.connected.add(service);
      await wait({ service, operation: 'Connect', region }, since, draw(service, 'Connect'));
    },
  };
}

/** The median: one slow call says nothing about the next. 0 without values. */
function middleOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
