import type { Message } from './message.ts';
import * as z from './validation.ts';

const name = z.string().check(z.minLength(1), z.maxLength(63));
const time = z.iso.datetime({ offset: true });

/**
 * Body of `POST /v1/sites/{site}/events`: what a router says. `router/lib` writes it. Evidence that is not named here passes.
 */
export const Report = z.object({
  id: z.string().check(z.regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -')),
  detector: z.enum(['serf', 'bfd', 'vrrp']),
  /** `member-…`: Serf's own names. `alive`: a heartbeat. `contact`: proves only that it arrived. */
  event: z.enum(['member-failed', 'member-leave', 'peer-failed', 'peer-left', 'alive', 'contact']),
  reporter: name,
  subject: name,
  /** When the reporter read its evidence, by its own clock. */
  at: time,
  evidence: z.optional(
    z.looseObject({
      /** Counts of the reporter's own BGP sessions, or FRR's summary. */
      bgp: z.optional(z.unknown()),
      /** When the failure was first noticed, the same in every try. */
      detectedAt: z.optional(time),
      /** How the peer was asked before this try. */
      confirm: z.optional(
        z.looseObject({
          verdict: z.optional(z.string()),
          at: z.optional(time),
          /** Has the peer answered, or its BFD been up, since the reporter was installed? Absent: unknown. */
          everAnswered: z.optional(z.boolean()),
        }),
      ),
      /** Of a heartbeat: when the next one will come, ms. */
      everyMs: z.optional(z.int().check(z.minimum(1_000), z.maximum(600_000))),
    }),
  ),
});
export type Report = Message<typeof Report>;

/** An answer other than a SwapResult: `noted` (200), `refused` (4xx), `partial` (503). */
export interface ReportAnswer {
  readonly outcome: 'noted' | 'refused' | 'partial';
  /** For programs. */
  readonly reason: string;
  /** For operators. */
  readonly says: string;
}
