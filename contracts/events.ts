/** Every event that the functions put on the default event bus. Detail types and keys are a contract: only ever added. */
import type { Message } from './message.ts';
import { SwapResult } from './swap-result.ts';
import * as z from './validation.ts';

export const EVENT_SOURCE = 'vyos-failover';

/** What every detail has. */
const ofSite = {
  topology: z.string(),
  site: z.string(),
  /** What happened, as one sentence for operators. */
  says: z.string(),
};
/** ISO. */
const at = z.iso.datetime();

/** A swap's result, with at most 400 routes of each kind: PutEvents accepts 256 KB. */
const Failover = z.extend(SwapResult, {
  ...ofSite,
  counts: z.object({ moved: z.number(), remaining: z.number(), foreign: z.number() }),
  detector: z.string(),
  /** The trigger's. */
  id: z.string(),
  at,
});

const SiteHealth = z.object({
  ...ofSite,
  diagnosis: z.string(),
  problems: z.array(z.string()),
  /** Of a degraded site. `down`: traffic is lost now. Absent: an earlier version. */
  severity: z.optional(z.enum(['down', 'degraded'])),
  /** The router with most of the pair's routes. Absent: an earlier version. */
  owner: z.optional(z.string()),
  /** Since when the site has been degraded, or was. Absent: an earlier version. */
  since: z.optional(at),
  at,
});

const RouterEventScheduled = z.object({
  ...ofSite,
  router: z.string(),
  instance: z.string(),
  code: z.string(),
  description: z.string(),
  /** ISO; absent: AWS did not say. */
  notBefore: z.optional(z.iso.datetime()),
  holdsRoutes: z.boolean(),
  evacuate: z.enum(['manual', 'automatic']),
  at,
});

const ConfigPushed = z.object({ ...ofSite, id: z.string(), by: z.string(), routers: z.array(z.string()), at });

const Pause = z.object({ ...ofSite, by: z.string(), reason: z.string(), until: z.iso.datetime() });

/** Schemas of the details, by detail type. */
export const EVENTS = {
  'Failover Completed': Failover,
  'Failover Refused': Failover,
  'Failover Partial': Failover,
  'Failover Noted': Failover,
  'Site Degraded': SiteHealth,
  'Site Recovered': SiteHealth,
  'Router Event Scheduled': RouterEventScheduled,
  'Config Pushed': ConfigPushed,
  'Pause Ending': Pause,
  'Pause Ended': Pause,
} as const;

export type DetailType = keyof typeof EVENTS;
export type EventDetail<Type extends DetailType> = Message<(typeof EVENTS)[Type]>;
export type FailoverDetail = Message<typeof Failover>;

/** Puts one event on the bus. */
export type Announce = <Type extends DetailType>(type: Type, detail: EventDetail<Type>) => Promise<void>;
