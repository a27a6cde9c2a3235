import type { Message } from './message.ts';
import * as z from './validation.ts';

const name = z.string().check(z.minLength(1), z.maxLength(63));
const time = z.iso.datetime({ offset: true });

/**
 * The phase of a report about the peer. One outage has one `id` in all of its phases.
 *
 * - `suspected`: a detector lost the peer, and the router is still asking it. Route-swap prepares and changes nothing. The evidence
 *   has no `confirm`, and may have no `bgp`.
 * - `confirmed`: the report itself, after a `suspected` one.
 * - `withdrawn`: the peer has answered.
 *
 * A report without a phase is a `confirmed` one that no `suspected` one preceded.
 */
export const PHASES = ['suspected', 'confirmed', 'withdrawn'] as const;

/** Events that report the peer's failure. */
const FAILURES = ['member-failed', 'member-leave', 'peer-failed', 'peer-left'] as const;

const REPORT_FIELDS = z.object({
  id: z.string().check(z.regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -')),
  detector: z.enum(['serf', 'bfd', 'vrrp']),
  /**
   * `member-…`: Serf's own names. `peer-suspected`: the event of the phases `suspected` and `withdrawn`, and of no other report. A
   * function of version 0.3 ignores `phase` and rejects this event, so it moves no route before the report is confirmed. `alive`: a
   * heartbeat. `contact`: proves only that it arrived.
   */
  event: z.enum([...FAILURES, 'peer-suspected', 'alive', 'contact']),
  phase: z.optional(z.enum(PHASES)),
  reporter: name,
  subject: name,
  /**
   * When the reporter wrote it, by its own clock. It counted its sessions when it began to ask the peer: up to `confirm` and 4 s before.
   */
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
type ReportFields = Message<typeof REPORT_FIELDS>;

/**
 * Body of `POST /v1/sites/{site}/events`: what a router says. `router/lib` writes it. Evidence that is not named here passes.
 */
export const Report = REPORT_FIELDS.check(
  z.refine(hasEventOfItsPhase, {
    path: ['phase'],
    error:
      'event peer-suspected has phase suspected or withdrawn; phase confirmed has event peer-failed, peer-left, member-failed or member-leave',
  }),
);
export type Report = Message<typeof Report>;

function hasEventOfItsPhase({ event, phase }: ReportFields): boolean {
  switch (phase) {
    case 'suspected':
    case 'withdrawn':
      return event === 'peer-suspected';
    case 'confirmed':
      return FAILURES.some((failure) => failure === event);
    case undefined:
      return event !== 'peer-suspected';
  }
}
