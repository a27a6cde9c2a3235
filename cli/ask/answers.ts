/**
 * What route-swap answers, as far as the command line reads it. The function that is deployed may be of another version
 * than the command line: fields that are new are let through, fields that are missing are named.
 */

import { z } from 'zod';
import type { Message } from '#contracts/message.ts';
import { Outcome } from '#contracts/swap-result.ts';
import type { Observation } from '#failover/observation.ts';
import { NOTHING_STORED } from '#failover/stored-state.ts';
import { printable } from '../output/printable.ts';

const text = z.string().transform(printable);
/** JSON leaves out what is undefined. */
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().transform((value) => value);

/** Functions that were deployed before the topology named roles have none. */
const instanceRole = z.string().default('');

const Route = z.object({ table: z.string(), destination: z.string() });
const Router = z.object({
  name: z.string(),
  role: z.enum(['active', 'standby']),
  instance: z.string(),
  eni: z.string(),
  instanceRole,
  bgp: z.object({ tunnels: z.array(z.string()), pair: z.array(z.string()) }),
});

/** The site as it was when the function was deployed. */
export const Site = z.object({
  topology: z.string(),
  name: z.string(),
  region: z.string(),
  asn: z.number(),
  routers: z.object({ active: Router, standby: Router }),
  routes: z.array(Route),
  neighbors: z.array(z.object({ name: z.string(), instance: z.string(), instanceRole })).default([]),
  policy: z.object({
    prefer: z.enum(['availability', 'safety']),
    mode: z.enum(['automatic', 'observe', 'off']),
    holdDownMs: z.number(),
    maxSwapsPerHour: z.number(),
    /** Functions of an earlier version have none, and do not. */
    evacuate: z.enum(['manual', 'automatic']).default('manual'),
  }),
  pairForwards: z.boolean(),
});

const Sessions = z.object({
  configured: z.number(),
  established: z.number(),
  receiving: z.number(),
  unreadable: z.number(),
});
const BgpCounts = z.object({ tunnels: Sessions, pair: Sessions });
const Reading = z.object({ instance: z.string(), bgp: BgpCounts });

const RouterFacts = z.object({
  instance: z.enum(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated', 'unknown']),
  interface: z.enum(['attached', 'elsewhere', 'detached', 'missing', 'unknown']),
  sourceDestCheck: z.union([z.boolean(), z.literal('unknown')]),
  statusChecks: z.enum(['ok', 'impaired', 'initializing', 'unknown']),
  evidence: z.array(
    z.object({
      by: z.enum(['itself', 'probe']),
      at: z.number(),
      bgp: BgpCounts,
    }),
  ),
  heartbeat: maybe(z.object({ at: z.number(), everyMs: z.number() })),
  events: maybe(
    z.array(z.object({ code: text, description: text, notBefore: maybe(z.number()), deliveredAt: maybe(z.number()) })),
  ),
  attachedTo: maybe(z.string()),
  contactAt: maybe(z.number()),
});

const Memory = z
  .object({
    reachable: z.boolean(),
    epoch: z.number(),
    leasedUntil: maybe(z.number()),
    unfinished: maybe(z.object({ epoch: z.number(), to: z.string(), reason: z.string() })),
    lastTarget: maybe(z.string()),
    automaticSwaps: z.array(z.number()),
    probes: z.array(z.object({ at: z.number(), readings: z.record(z.string(), z.nullable(Reading)) })),
    witnessReports: z.array(z.object({ by: z.string(), about: z.string(), at: z.number() })),
    pause: maybe(z.object({ since: z.number(), until: z.number(), by: text, reason: text })),
    health: maybe(
      z.object({
        state: z.enum(['well', 'degraded']),
        since: z.number(),
        problems: z.array(text),
        changing: maybe(
          z.object({
            to: z.enum(['well', 'degraded']),
            since: z.number(),
            rounds: z.number(),
            turn: maybe(z.string()),
            problems: z.array(text),
          }),
        ),
      }),
    ),
    maintenance: z.record(z.string(), z.object({ since: z.number(), by: text, reason: text })),
  })
  .transform((stored) => ({ ...NOTHING_STORED, ...stored }));

const Seen: z.ZodType<Omit<Observation, 'trigger'>> = z.object({
  at: z.number(),
  site: Site,
  routers: z.record(z.string(), RouterFacts),
  routes: z.array(
    Route.extend({
      target: maybe(z.string()),
      state: z.enum(['active', 'blackhole', 'missing']),
      origin: maybe(z.enum(['static', 'propagated', 'advertised'])),
    }),
  ),
  stored: Memory,
});

const Fitness = z.union([
  z.object({ fit: z.literal(true) }),
  z.object({ fit: z.literal(false), unfit: z.array(text) }),
]);

const Decision = z.object({ kind: z.string(), reason: z.string(), says: text });

/** Answer to `status`. */
export const SiteStatus = z.object({
  seen: Seen,
  owner: maybe(z.string()),
  diagnosis: z.object({
    kind: z.string(),
    subject: z.object({ name: z.string() }),
    subjectFitness: Fitness,
    target: z.object({ name: z.string() }),
    targetFitness: Fitness,
    witnesses: z.array(z.object({ who: z.string(), says: text })),
    says: text,
  }),
  decision: Decision,
  push: maybe(
    z.nullable(
      z.object({
        by: text,
        at: z.number(),
        done: z.array(z.string()),
        underWay: z.boolean(),
        router: maybe(z.string()),
        state: maybe(z.string()),
        revertsAt: maybe(z.number()),
      }),
    ),
  ),
});
export type SiteStatus = Message<typeof SiteStatus>;

/** The same with `dryRun`. */
export const Preview = z.object({
  decision: Decision,
  plan: maybe(
    z.object({
      to: z.object({ router: z.string(), eni: z.string() }),
      steps: z.array(Route.extend({ from: z.string() })),
    }),
  ),
  atLeastMs: z.number(),
});
export type Preview = Message<typeof Preview>;

/** Answer to `rehearse`. */
export const Rehearsal = z.object({ ready: z.boolean(), problems: z.array(text), rehearsed: z.number() });
export type Rehearsal = Message<typeof Rehearsal>;

/** Answer to `history`. */
export const History = z.array(
  z.object({
    at: z.number(),
    id: text,
    detector: z.string(),
    outcome: Outcome,
    reason: text,
    says: text,
    owner: maybe(z.string()),
    epoch: z.number(),
    moved: z.number(),
    tookMs: z.number(),
  }),
);
export type History = Message<typeof History>;

/** Answer to `pause`, `resume` and `maintenance`. */
export const Done = z.object({ outcome: z.literal('done'), says: text });
export type Done = Message<typeof Done>;
