/** The site's history, as the store keeps it and route-swap answers it, newest first. */
import { Drill } from './drill.ts';
import { withKind } from './history-kinds.ts';
import type { Message, Sent } from './message.ts';
import { PushDetail, type SentPushDetail } from './push-detail.ts';
import { RequestedBy } from './requested-by.ts';
import { type SentSwapDetail, SwapDetail } from './swap-detail.ts';
import { Outcome, SwapTimes } from './swap-result.ts';
import * as z from './validation.ts';

const ofEntry = {
  /** ms since the epoch. */
  at: z.number(),
  id: z.string(),
  /** What noticed: `serf`, `bfd`, `vrrp`, `ec2`, `probe` or `operator`. */
  detector: z.string(),
  outcome: Outcome,
  reason: z.string(),
  /** What happened, as one sentence for operators. */
  says: z.string(),
  /** Absent: no operator's request, or a function of an earlier version. */
  requestedBy: z.optional(RequestedBy),
};

/** Undefined: there is none, or another version has written it in a form that this one does not read. */
function readDetail(value: unknown): SwapDetail | undefined {
  const read = z.safeParse(SwapDetail, value);
  return read.success ? read.data : undefined;
}

/** As above. */
function readPushDetail(value: unknown): PushDetail | undefined {
  const read = z.safeParse(PushDetail, value);
  return read.success ? read.data : undefined;
}

/** A trigger that was acted on or refused. */
const SwapEntry = z.object({
  kind: z.literal('swap'),
  ...ofEntry,
  /** Router that all of the pair's routes point at afterwards; absent: they are split, or none points at the pair. */
  owner: z.optional(z.string()),
  /** Number of the last swap that began. */
  epoch: z.number(),
  /** Number of routes that moved. */
  moved: z.number(),
  /** From the trigger's arrival to the last read-back, ms. */
  tookMs: z.number(),
  times: z.optional(SwapTimes),
  /** Of a report: how the router asked its peer (`confirm`), and why it could not read its own BGP sessions (`bgpError`). */
  evidence: z.optional(z.record(z.string(), z.unknown())),
  /** The store has what the run observed, decided and called; `history` with this `id` answers it. Absent: entries of earlier versions. */
  detailed: z.optional(z.boolean()),
  /** Only in the answer to `history` with an `id`. Absent too: this version cannot read it. */
  detail: z.optional(z.pipe(z.unknown(), z.transform(readDetail))),
});

/** AWS announced an event of a router's instance. */
const EventEntry = z.object({ kind: z.literal('event'), ...ofEntry, epoch: z.number() });

/** An operator paused, resumed, changed the maintenance of a router, or ended a drill. */
const OperatorEntry = z.object({
  kind: z.literal('operator'),
  ...ofEntry,
  /** Of a drill. */
  drill: z.optional(Drill),
});

/** A router's configuration was pushed, or its programs were installed. */
const PushEntry = z.object({
  kind: z.literal('push'),
  ...ofEntry,
  /** From the beginning of the push of all routers, ms. */
  tookMs: z.number(),
  /** As in an entry of a swap. */
  detailed: z.optional(z.boolean()),
  detail: z.optional(z.pipe(z.unknown(), z.transform(readPushDetail))),
});

const Entry = z.discriminatedUnion('kind', [SwapEntry, EventEntry, OperatorEntry, PushEntry]);
export type HistoryEntry = Message<typeof Entry>;
export type SwapEntry = Message<typeof SwapEntry>;
export type PushEntry = Message<typeof PushEntry>;
/** The same with their details, as they are written and sent. */
export type DetailedSwap = Sent<typeof SwapEntry> & { readonly detail: SentSwapDetail };
export type DetailedPush = Sent<typeof PushEntry> & { readonly detail: SentPushDetail };
export type DetailedEntry = DetailedSwap | DetailedPush;
export type OperatorEntry = Message<typeof OperatorEntry>;

/** Answer to `history`. */
export const History = z.array(z.pipe(z.transform(withKind), Entry));
export type History = readonly HistoryEntry[];
