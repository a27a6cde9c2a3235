import type { Message } from './message.ts';
import type { Neighbors } from './push-neighbors.ts';
import * as z from './validation.ts';

/** Why a push would not begin now. `reason`: for programs. `says`: one clause. */
const Reason = z.object({ reason: z.string(), says: z.string() });

/** The same, about one router where there is one. */
const Refusal = z.extend(Reason, { router: z.optional(z.string()) });
export type Refusal = Message<typeof Refusal>;

/** ms since the epoch. */
const time = z.number();

/** The last push, where it stopped midway. */
const InterruptedPush = z.object({
  id: z.string(),
  by: z.string(),
  at: time,
  /** Routers that it confirmed. */
  done: z.array(z.string()),
  /** The router that it stopped at, and its state there; absent: none is unconfirmed or broken. */
  router: z.optional(z.string()),
  state: z.optional(z.string()),
  /** By then that router runs its old configuration again, unless it was confirmed. */
  revertsAt: z.optional(time),
});
export type InterruptedPush = Message<typeof InterruptedPush>;

/** What a push would change on one router. Keys with a default are missing in answers of earlier versions. */
const RouterPushPlan = z.object({
  name: z.string(),
  /** The VyOS release that runs on it, by its own report. */
  vyos: z.optional(z.string()),
  /** `delete`, then `set` commands; empty: it runs the pushed configuration. */
  commands: z.array(z.string()),
  /** Far routers of the tunnels that the commands leave down until the far end changes too. */
  tunnels: z._default(z.array(z.string()), []),
  /** Lines that were changed on the router outside of a push. */
  drift: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
  /** Nodes on it that the topology does not manage. */
  leftAlone: z._default(z.array(z.string()), []),
  notes: z.array(z.string()),
  /** Why nothing can be pushed to it. */
  problem: z.optional(Reason),
  /** Of the running configuration and of the commands: the same plan has the same digest. Empty: the router could not be read. */
  digest: z.string(),
  /** Does it boot with the configuration that it runs? */
  boots: z._default(z.enum(['same', 'other', 'unknown']), 'unknown'),
  /** By then it runs what it boots with, unless what it runs is confirmed. */
  revertsAt: z.optional(time),
  /** Its BGP neighbors now; null: unknown. The CLI sends it back in the push request as it came, so it does not parse it. */
  baseline: z._default(z.custom<Neighbors | null>(), null),
});
export type RouterPushPlan = Message<typeof RouterPushPlan>;

/** Answer to `plan`. */
export const PushPlan = z.object({
  outcome: z.literal('planned'),
  /** Absent in answers of earlier versions. */
  site: z.optional(z.string()),
  /** The owner; undefined: the routes are split or unknown. */
  owner: z.optional(z.string()),
  /** A precondition of the site that is not met. */
  obstacle: z.optional(Reason),
  /** What a push would answer now; undefined: it would begin, or has nothing to do. */
  refusal: z.optional(Refusal),
  interrupted: z.optional(InterruptedPush),
  /** In the order of the push. */
  routers: z.array(RouterPushPlan),
});
export type PushPlan = Message<typeof PushPlan>;
