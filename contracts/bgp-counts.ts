import * as z from './validation.ts';

const Sessions = z.object({
  configured: z.int(),
  established: z.int(),
  receiving: z.int(),
  unreadable: z.int(),
});

/** A router's BGP sessions, counted. */
export const BgpCounts = z.object({
  tunnels: Sessions,
  pair: Sessions,
  pairBfd: z.optional(z.object({ status: z.enum(['up', 'down']), hops: z.enum(['single', 'multi']) })),
});

/** What one round of health-probe found. */
export const ProbeRound = z.object({
  turn: z.optional(z.string()),
  /** ms since the epoch. */
  at: z.number(),
  pairUpAt: z.optional(z.number()),
  /** By interface; null: the router did not answer. */
  readings: z.record(
    z.string(),
    z.nullable(
      z.object({
        instance: z.string(),
        at: z.optional(z.number()),
        bgp: BgpCounts,
        programs: z.optional(z.object({ version: z.string(), sha256: z.string(), agent: z.optional(z.string()) })),
      }),
    ),
  ),
  unanswered: z.optional(z.record(z.string(), z.string())),
  /** By interface of a created router: the instance that was asked. */
  asked: z.optional(z.record(z.string(), z.string())),
});
