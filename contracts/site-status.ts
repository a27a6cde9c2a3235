/**
 * Answer to `status`. The function that is deployed may be of another version than the command line: fields that are new
 * pass, fields that earlier versions lack have defaults.
 */
import type { Observation, RouterFacts as RouterFactsSeen } from '#failover/observation.ts';
import { NOTHING_STORED, type StoredState } from '#failover/stored-state.ts';
import { BgpCounts, ProbeRound } from './bgp-counts.ts';
import { Programs } from './install-result.ts';
import { maybe } from './maybe.ts';
import type { Message, Sent } from './message.ts';
import { Decision } from './preview.ts';
import { Route } from './swap-result.ts';
import * as z from './validation.ts';

/** Functions that were deployed before the topology named roles have none. */
const instanceRole = z._default(z.string(), '');

const Router = z.object({
  name: z.string(),
  role: z.enum(['active', 'standby']),
  /** Absent: a created router. */
  instance: z.optional(z.string()),
  eni: z.string(),
  formerEnis: z.optional(z.array(z.string())),
  instanceRole,
  bgp: z.object({ tunnels: z.array(z.string()), pair: z.array(z.string()) }),
});

/** The site as it was when the function was deployed. */
export const DeployedSite = z.object({
  topology: z.string(),
  name: z.string(),
  region: z.string(),
  asn: z.number(),
  routers: z.object({ active: Router, standby: Router }),
  routes: z.array(Route),
  neighbors: z._default(z.array(z.object({ name: z.string(), instance: z.optional(z.string()), instanceRole })), []),
  policy: z.object({
    prefer: z.enum(['availability', 'safety']),
    mode: z.enum(['automatic', 'observe', 'off']),
    holdDownMs: z.number(),
    maxSwapsPerHour: z.number(),
    /** Functions of an earlier version have none, and evacuate nothing by themselves. */
    evacuate: z._default(z.enum(['manual', 'automatic']), 'manual'),
  }),
  pairForwards: z.boolean(),
});

const ScheduledEvent = z.object({
  code: z.string(),
  description: z.string(),
  notBefore: maybe(z.number()),
  deliveredAt: maybe(z.number()),
});

const RouterFacts = z.pipe(
  z.object({
    instance: z.enum(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated', 'unknown']),
    interface: z.enum(['attached', 'elsewhere', 'detached', 'missing', 'unknown']),
    sourceDestCheck: z.union([z.boolean(), z.literal('unknown')]),
    statusChecks: z.enum(['ok', 'impaired', 'initializing', 'unknown']),
    statements: z.array(z.object({ by: z.enum(['itself', 'probe']), at: z.number(), bgp: BgpCounts })),
    heartbeat: z.optional(z.object({ at: z.number(), everyMs: z.number(), since: maybe(z.number()) })),
    events: z.optional(z.array(ScheduledEvent)),
    attachedTo: z.optional(z.string()),
    lastInstance: z.optional(z.string()),
    contactAt: z.optional(z.number()),
  }),
  z.transform(({ statements: evidence, ...facts }): RouterFactsSeen => ({ ...facts, evidence })),
);

const noted = { since: z.number(), by: z.string(), reason: z.string() };
const state = z.enum(['well', 'degraded']);
/** An earlier version stored none. */
const severity = { severity: maybe(z.enum(['down', 'degraded'])), severitySince: maybe(z.number()) };

const Stored = z.pipe(
  z.object({
    reachable: z.boolean(),
    epoch: z.number(),
    leasedUntil: z.optional(z.number()),
    unfinished: z.optional(
      z.object({
        epoch: z.number(),
        to: z.string(),
        reason: z.string(),
        remaining: maybe(
          z.object({
            count: z.number(),
            digest: z.string(),
            routes: z.optional(z.array(z.extend(Route, { why: z.string() }))),
          }),
        ),
        noneAtTarget: maybe(z.literal(true)),
      }),
    ),
    lastTarget: z.optional(z.string()),
    lastBeganAt: z.optional(z.number()),
    automaticSwaps: z.array(z.number()),
    probes: z.array(ProbeRound),
    testimonies: z.array(z.object({ by: z.string(), about: z.string(), at: z.number() })),
    pause: z.optional(z.object({ ...noted, until: z.number() })),
    acknowledgement: z.optional(z.object({ ...noted, id: z.optional(z.string()) })),
    health: z.optional(
      z.object({
        state,
        since: z.number(),
        problems: z.array(z.string()),
        ...severity,
        changing: z.optional(
          z.object({
            to: state,
            since: z.number(),
            rounds: z.number(),
            turn: maybe(z.string()),
            problems: z.array(z.string()),
            ...severity,
          }),
        ),
      }),
    ),
    maintenance: z.record(z.string(), z.object(noted)),
  }),
  z.transform(({ testimonies, ...stored }): StoredState => {
    return { ...NOTHING_STORED, ...stored, witnessReports: testimonies };
  }),
);

/** Where a managed route points. */
export const ObservedRoute = z.extend(Route, {
  target: maybe(z.string()),
  state: z.enum(['active', 'blackhole', 'missing']),
  origin: maybe(z.enum(['static', 'propagated', 'advertised'])),
  controller: z.optional(z.string()),
});

/** An observation without its trigger. `memory`, `statements` and `testimonies` are names of the first version; they stay. */
export const ObservedSite = z.pipe(
  z.object({
    at: z.number(),
    site: DeployedSite,
    routers: z.record(z.string(), RouterFacts),
    routes: z.array(ObservedRoute),
    memory: Stored,
  }),
  z.transform(({ memory: stored, ...seen }): Omit<Observation, 'trigger'> => ({ ...seen, stored })),
);

const Fitness = z.union([
  z.object({ fit: z.literal(true) }),
  z.object({ fit: z.literal(false), unfit: z.array(z.string()) }),
]);

/** What is wrong with a site (`failover/diagnosis.ts`). */
export const Diagnosis = z.object({
  kind: z.string(),
  /** The router that routes would leave, and its peer. */
  subject: z.object({ name: z.string() }),
  subjectFitness: Fitness,
  target: z.object({ name: z.string() }),
  targetFitness: Fitness,
  witnesses: z.array(z.object({ who: z.string(), says: z.string() })),
  says: z.string(),
});

const UnfinishedPush = z.object({
  by: z.string(),
  /** When it began, ms since the epoch. */
  at: z.number(),
  /** Routers that have their new configuration. */
  done: z.array(z.string()),
  /** A function has its lease. */
  underWay: z.boolean(),
  /** A router whose end is not recorded, how far it had come, and when it has its old configuration unless it is confirmed. */
  router: z.optional(z.string()),
  state: z.optional(z.string()),
  revertsAt: z.optional(z.number()),
});
/** A push of configurations that has not come to its end. */
export type UnfinishedPush = Message<typeof UnfinishedPush>;

/** The site as it is, with what would be decided if the probe asked now. */
export const SiteStatus = z.object({
  /** Of the functions (`PRODUCT_VERSION`); absent: 0.1.0 or before. */
  version: z.optional(z.string()),
  seen: ObservedSite,
  owner: z.optional(z.string()),
  diagnosis: Diagnosis,
  decision: Decision,
  /** Absent: there is none; null: that could not be read. */
  push: z.optional(z.nullable(UnfinishedPush)),
  /**
   * By router: the programs that its boot parameter names. A router that has none in it is not deployed with programs. Absent: they
   * could not be read, or the functions are of 0.1.0. What a router has is in the probe's readings.
   */
  deployedPrograms: z.optional(z.record(z.string(), Programs)),
});
export type SiteStatus = Message<typeof SiteStatus>;
/** The same as it is sent. */
export type SentSiteStatus = Sent<typeof SiteStatus>;
