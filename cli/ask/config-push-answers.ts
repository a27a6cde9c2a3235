/** What config-push answers, as far as the command line reads it. What an older function does not say is unknown. */

import { z } from 'zod';
import type { Message } from '#contracts/message.ts';
import { printable } from '../output/printable.ts';

const text = z.string().transform(printable);
const why = z.object({ reason: z.string(), says: text });

/** ms since the epoch. */
const time = z.number();

export const Plan = z.object({
  outcome: z.literal('planned'),
  /** The router that carries the traffic. */
  owner: z.string().optional(),
  obstacle: why.optional(),
  /** What a push would say now instead of pushing. */
  refusal: why.extend({ router: z.string().optional() }).optional(),
  /** The last push, where it stopped midway; `router` and `state` where one is left unconfirmed or broken. */
  interrupted: z
    .object({
      id: z.string(),
      by: text,
      at: time,
      done: z.array(z.string()),
      router: z.string().optional(),
      state: z.string().optional(),
      revertsAt: time.optional(),
    })
    .optional(),
  routers: z.array(
    z.object({
      name: z.string(),
      vyos: text.optional(),
      commands: z.array(text),
      /** Far routers of tunnels that the commands leave down until the far end has its part. */
      tunnels: z.array(z.string()).default([]),
      drift: z.object({ added: z.array(text), removed: z.array(text) }),
      /** Nodes on it that are not ours. */
      leftAlone: z.array(text).default([]),
      notes: z.array(text),
      problem: why.optional(),
      digest: z.string(),
      /** What it boots with, beside what it runs. */
      boots: z.enum(['same', 'other', 'unknown']).default('unknown'),
      /** By then it runs what it boots with, unless what it runs is confirmed. */
      revertsAt: time.optional(),
      /** Its BGP before anything is changed, for the function; null: unknown. */
      baseline: z.unknown().default(null),
    }),
  ),
});
export type ConfigPlan = Message<typeof Plan>;
export type RouterPlan = ConfigPlan['routers'][number];

/** Its own words have lines. The topology does not fit what is deployed, or the request is another version's. */
export const NotTaken = z.object({ outcome: z.enum(['wrong-topology', 'bad-request']), says: z.string() });

const RouterWord = z.object({
  name: z.string(),
  runs: z.enum(['new', 'old', 'mixed', 'unknown']),
  boots: z.enum(['new', 'old', 'unknown']),
  /** It runs `old` again by then, unless it is confirmed. */
  revertsAt: time.optional(),
  /** A clause. */
  says: text.optional(),
});
/** What a router has: `new` is what is pushed, `old` what it had before. */
export type RouterWord = Message<typeof RouterWord>;

export const Step = z.object({
  outcome: z.enum(['pushed', 'held', 'unchanged', 'refused', 'undone', 'unknown', 'broken']),
  reason: z.string(),
  says: text,
  router: z.string().optional(),
  remaining: z.array(z.string()),
  /** Routers of the site of which this step knows something. */
  routers: z.array(RouterWord).default([]),
  /** What was done about an interrupted push before anything else. */
  settled: z.object({ router: z.string(), end: z.string(), says: text }).optional(),
});
export type PushStep = Message<typeof Step>;
