/** What caused a run of route-swap, as its history keeps it. */
import type { Trigger } from '#failover/trigger.ts';
import { OVERRIDES } from '#failover/trigger.ts';
import { BgpCounts } from './bgp-counts.ts';
import { maybe } from './maybe.ts';
import * as z from './validation.ts';

const Report = z.object({
  kind: z.literal('report'),
  id: z.string(),
  detector: z.enum(['serf', 'bfd', 'vrrp']),
  event: z.enum(['failed', 'left']),
  reporter: z.string(),
  subject: z.string(),
  instance: z.string(),
  phase: maybe(z.literal('confirmed')),
  at: z.number(),
  detectedAt: maybe(z.number()),
  confirmedAt: maybe(z.number()),
  neverAnswered: maybe(z.literal(true)),
  noticedAt: maybe(z.number()),
  bgp: maybe(BgpCounts),
});

const Ec2 = z.object({
  kind: z.literal('ec2'),
  id: z.string(),
  instance: z.string(),
  state: z.string(),
  at: maybe(z.number()),
});

/** Without its rounds, which the observation contains. */
const Probe = z.object({ kind: z.literal('probe'), id: z.string() });

const Operator = z.object({
  kind: z.literal('operator'),
  id: z.string(),
  act: z.enum(['switchover', 'failback']),
  to: z.string(),
  by: z.string(),
  reason: z.string(),
  overrides: z.array(z.enum(OVERRIDES)),
});

/** `failover/trigger.ts` describes the fields. */
export const RecordedTrigger = z.pipe(
  z.discriminatedUnion('kind', [Report, Ec2, Probe, Operator]),
  z.transform((trigger): Trigger => trigger),
);
