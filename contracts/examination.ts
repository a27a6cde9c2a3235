/** Answer to `examine`: what only the routers themselves can show. A field that is null could not be read. */
import type { Message } from './message.ts';
import * as z from './validation.ts';

const Key = z.object({
  /** 16 bits of a hash of name and value: two routers with different marks have different keys. Absent: see `fault`. */
  mark: z.optional(z.string()),
  /** Whether IPsec on the router uses the stored value; absent or null: unknown. */
  used: z.optional(z.nullable(z.boolean())),
  /** Why the router cannot fetch it. */
  fault: z.optional(z.string()),
});

/** What `router/examine` prints. */
export const RouterFindings = z.object({
  /** By the router's own clock, ms since the epoch. */
  beganAt: z.number(),
  endedAt: z.number(),
  /** One attempt to reach the API, in the way of a report; null: the reporter is not installed. */
  contact: z.nullable(z.object({ ok: z.boolean(), says: z.string() })),
  /** By the name of the SSM parameter; the first 40. */
  keys: z.record(z.string(), Key),
  /** By the name of the systemd unit. */
  units: z.record(z.string(), z.nullable(z.enum(['active', 'inactive', 'missing']))),
  /** Version of the package of the SSM agent. */
  agent: z.nullable(z.string()),
  /** Version of VyOS. */
  vyos: z.nullable(z.string()),
  /** When the last root certificate of Amazon in the router's store expires, ms since the epoch; `until` null: it has none. */
  trust: z.nullable(z.object({ until: z.nullable(z.number()) })),
  /** `free`: bytes on the disk of /config. */
  disk: z.nullable(z.object({ free: z.number() })),
  /** The last lines of the reporter's log. */
  log: z.nullable(z.array(z.string())),
});
export type RouterFindings = Message<typeof RouterFindings>;

export const RouterExamination = z.object({
  /** By AWS's clock, ms since the epoch: before the command was sent, and after its answer arrived. */
  askedAt: z.number(),
  answeredAt: z.number(),
  found: z.optional(RouterFindings),
  /** Why there is no answer, as a clause. */
  why: z.optional(z.string()),
});
export type RouterExamination = Message<typeof RouterExamination>;

/** By router name. */
export const Examination = z.object({ routers: z.record(z.string(), RouterExamination) });
export type Examination = Message<typeof Examination>;
