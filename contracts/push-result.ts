import type { Message } from './message.ts';
import * as z from './validation.ts';

/**
 * What a router runs and boots with. `new`: the pushed configuration. `old`: what it had before this push. `mixed`: parts of
 * both, or daemons that differ from the configuration.
 */
const RouterState = z.object({
  name: z.string(),
  runs: z.enum(['new', 'old', 'mixed', 'unknown']),
  boots: z.enum(['new', 'old', 'unknown']),
  /** By then it runs `old` again, unless it is confirmed; ms since the epoch. */
  revertsAt: z.optional(z.number()),
  /** One clause. */
  says: z.optional(z.string()),
});
export type RouterState = Message<typeof RouterState>;

/** How an interrupted push was recovered. */
const Settled = z.object({
  router: z.string(),
  /** `unknown`: the router does not answer, or has no record of the push. */
  end: z.enum(['undone', 'confirmed', 'unknown', 'broken']),
  says: z.string(),
});
export type Settled = Message<typeof Settled>;

/**
 * `pushed`: `router` has its new configuration; while any router remains, ask again. `held`: `router` runs it and is
 * verified, and runs the old one again by `revertsAt` unless it is confirmed. `unchanged`: all routers have the pushed
 * configuration. `refused`: nothing was tried. `undone`: tried, and the old configuration runs again. `unknown`: the router
 * does not answer; by `revertsAt` it runs the old one. `broken`: the router could not restore the old one.
 */
const PushOutcome = z.enum(['pushed', 'held', 'unchanged', 'refused', 'undone', 'unknown', 'broken']);
export type PushOutcome = Message<typeof PushOutcome>;

/** The result of one step of a push: answer to every request but `plan`. */
export const PushResult = z.object({
  outcome: PushOutcome,
  /** For programs. */
  reason: z.string(),
  /** For operators: which configuration the router has. */
  says: z.string(),
  /** Absent in answers of earlier versions. */
  site: z.optional(z.string()),
  /** The router that the result is about, where it is about one. */
  router: z.optional(z.string()),
  /** Routers that do not have the pushed configuration yet. */
  remaining: z.array(z.string()),
  /** Every router of the site that this step knows the state of. */
  routers: z._default(z.array(RouterState), []),
  /** What was recovered of an interrupted push before anything else; absent: nothing had to be. */
  settled: z.optional(Settled),
});
export type PushResult = Message<typeof PushResult>;
