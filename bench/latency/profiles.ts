import type { LatencyRule } from '#emulator/latency.ts';
import { type Distribution, ruleOf } from './distribution.ts';

/** What takes time between a router's report and the last moved route, and how the emulator names it. */
export const OPERATIONS = {
  apiConnect: { label: 'router: TCP and TLS to the HTTP API', service: 'execute-api', operation: 'Connect' },
  gateway: { label: 'API Gateway, request and answer', service: 'execute-api', operation: 'Invoke' },
  warmStart: { label: 'Lambda, warm start', service: 'lambda', operation: 'WarmStart' },
  coldStart: { label: 'Lambda, cold start', service: 'lambda', operation: 'ColdStart' },
  connect: { label: 'function: TCP and TLS to a service', service: '*', operation: 'Connect' },
  storeRead: { label: 'DynamoDB, read', service: 'dynamodb', operation: 'GetItem' },
  storeQuery: { label: 'DynamoDB, query', service: 'dynamodb', operation: 'Query' },
  storeWrite: { label: 'DynamoDB, write', service: 'dynamodb', operation: '*' },
  describe: { label: 'EC2, Describe…', service: 'ec2', operation: 'Describe*' },
  replaceRoute: { label: 'EC2, ReplaceRoute and other writes', service: 'ec2', operation: '*' },
  putEvents: { label: 'EventBridge, PutEvents', service: 'events', operation: 'PutEvents' },
  delivery: {
    label: 'EventBridge, event to target',
    service: 'events',
    operation: 'IngestionToInvocationStart',
  },
  other: { label: 'every other call', service: '*', operation: '*' },
} as const;
export type Operation = keyof typeof OPERATIONS;

export const PROFILE_NAMES = ['lab', 'plausible', 'slow'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];
export type Profile = Readonly<Record<Operation, Distribution>>;

const ASSUMED = 'assumed';
const HTTP_API = 'https://aws.amazon.com/blogs/compute/building-better-apis-http-apis-now-generally-available/';
const DYNAMODB = 'https://aws.amazon.com/blogs/database/understanding-amazon-dynamodb-latency/';
const NODE_COLD_START =
  'https://speedrun.nobackspacecrew.com/blog/2025/07/21/the-fastest-node-22-lambda-coldstart-configuration.html';
const REAL_COLD_START = 'https://www.decodednode.com/2026/01';
const EVENTBRIDGE =
  'https://aws.amazon.com/blogs/architecture/mastering-millisecond-latency-and-millions-of-events-the-event-driven-architecture-behind-the-amazon-key-suite';

const NOTHING: Distribution = { p50Ms: 0, p99Ms: 0, source: 'left out' };
/** A lognormal distribution with sigma 0.5. */
const EVERY_CALL: Distribution = { p50Ms: 40, p99Ms: 128, source: ASSUMED };

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  /** Of all results before this model: every call takes the same, nothing else takes time. */
  lab: {
    apiConnect: NOTHING,
    gateway: NOTHING,
    warmStart: NOTHING,
    coldStart: NOTHING,
    connect: NOTHING,
    storeRead: EVERY_CALL,
    storeQuery: EVERY_CALL,
    storeWrite: EVERY_CALL,
    describe: EVERY_CALL,
    replaceRoute: EVERY_CALL,
    putEvents: EVERY_CALL,
    delivery: NOTHING,
    other: EVERY_CALL,
  },
  plausible: {
    apiConnect: { p50Ms: 15, p99Ms: 60, source: ASSUMED },
    gateway: { p50Ms: 5, p99Ms: 10, source: `p99 below 10 ms: ${HTTP_API}` },
    warmStart: { p50Ms: 6, p99Ms: 30, source: ASSUMED },
    coldStart: {
      p50Ms: 400,
      p99Ms: 800,
      source: `250 ms to load three clients: ${NODE_COLD_START}; and 150 ms for the environment, assumed`,
    },
    connect: { p50Ms: 20, p99Ms: 80, source: ASSUMED },
    storeRead: { p50Ms: 5, p99Ms: 20, source: `single-digit milliseconds: ${DYNAMODB}; the tail is assumed` },
    storeQuery: { p50Ms: 6, p99Ms: 25, source: `single-digit milliseconds: ${DYNAMODB}; the tail is assumed` },
    storeWrite: { p50Ms: 8, p99Ms: 30, source: `single-digit milliseconds: ${DYNAMODB}; the tail is assumed` },
    describe: { p50Ms: 90, p99Ms: 400, source: ASSUMED },
    replaceRoute: { p50Ms: 180, p99Ms: 700, source: ASSUMED },
    putEvents: { p50Ms: 12, p99Ms: 60, source: ASSUMED },
    delivery: { p50Ms: 40, p99Ms: 141, source: `p90 80 ms in one large system: ${EVENTBRIDGE}; the median is assumed` },
    other: { p50Ms: 40, p99Ms: 128, source: ASSUMED },
  },
  /** A bad day: each figure is several times the plausible one. */
  slow: {
    apiConnect: { p50Ms: 60, p99Ms: 300, source: ASSUMED },
    gateway: { p50Ms: 10, p99Ms: 50, source: ASSUMED },
    warmStart: { p50Ms: 20, p99Ms: 100, source: ASSUMED },
    coldStart: {
      p50Ms: 1_200,
      p99Ms: 2_500,
      source: `1.0 to 1.7 s of functions that are not bundled: ${REAL_COLD_START}`,
    },
    connect: {
      p50Ms: 60,
      p99Ms: 250,
      source: `125 ms for the first HTTPS request of a cold function: ${NODE_COLD_START}; half of it, assumed`,
    },
    storeRead: { p50Ms: 20, p99Ms: 100, source: ASSUMED },
    storeQuery: { p50Ms: 20, p99Ms: 100, source: ASSUMED },
    storeWrite: { p50Ms: 25, p99Ms: 120, source: ASSUMED },
    describe: { p50Ms: 300, p99Ms: 1_200, source: ASSUMED },
    replaceRoute: { p50Ms: 600, p99Ms: 1_800, source: ASSUMED },
    putEvents: { p50Ms: 50, p99Ms: 300, source: ASSUMED },
    delivery: { p50Ms: 150, p99Ms: 1_000, source: ASSUMED },
    other: { p50Ms: 100, p99Ms: 500, source: ASSUMED },
  },
};

/** For the emulator; the first rule that matches an operation counts. */
export function rulesOf(profile: ProfileName): LatencyRule[] {
  const names = Object.keys(OPERATIONS) as Operation[];
  return names.map((name) => {
    const { service, operation } = OPERATIONS[name];
    return { service, operation, ...ruleOf(PROFILES[profile][name]) };
  });
}
