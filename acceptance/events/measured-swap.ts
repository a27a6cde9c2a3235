import type { HistoryView } from '#cli/views/history-view.ts';
import type { Gap, Traffic } from '../hosts/readings.ts';

/** A swap as the site's history has it. Times in ms since the epoch, by AWS's clock; null: not recorded. */
export interface MeasuredSwap {
  readonly detector: string;
  readonly reason: string;
  readonly owner: string | null;
  /** A router noticed the failure. */
  readonly noticedAt: number | null;
  /** The trigger arrived at the function. */
  readonly reportedAt: number;
  readonly decidedAt: number | null;
  /** Lease and journal were written. */
  readonly begunAt: number | null;
  /** EC2's first and last answer to ReplaceRoute. */
  readonly firstAcceptedAt: number | null;
  readonly lastAcceptedAt: number | null;
  /** Every route was read back at its target. */
  readonly readBackAt: number;
}

/** Pure. */
export function measuredSwap({ at, tookMs, times, detector, reason, owner }: HistoryView): MeasuredSwap {
  const readBackAt = Date.parse(at);
  const reportedAt = readBackAt - tookMs;
  const since = (ms: number | undefined) => (ms === undefined ? null : reportedAt + ms);
  return {
    detector,
    reason,
    owner,
    noticedAt: since(times?.noticed),
    reportedAt,
    decidedAt: since(times?.decided),
    begunAt: since(times?.begun),
    firstAcceptedAt: since(times?.firstAccepted),
    lastAcceptedAt: since(times?.lastAccepted),
    readBackAt,
  };
}

/** The parts of an event, ms. Null: one of its ends was not measured. */
export interface Durations {
  /** First lost packet → a router noticed the failure. */
  readonly detect: number | null;
  /** → the report arrived at the function. */
  readonly report: number | null;
  readonly decide: number | null;
  /** → lease and journal are written. */
  readonly journal: number | null;
  /** → EC2's last answer to ReplaceRoute. */
  readonly replace: number | null;
  /** → every route is read back. */
  readonly readBack: number | null;
  /** EC2's last answer → the first packet that arrives again is sent. Negative: packets arrived before. Null: none was lost. */
  readonly dataPlane: number | null;
  /** First lost packet → first packet that arrives again; 0: none was lost. */
  readonly outage: number | null;
  readonly lost: number | null;
}

/** @param swap undefined: the routes did not move. Pure. */
export function durationsOf(swap: MeasuredSwap | undefined, traffic: Traffic): Durations {
  const gap = longestGap(traffic);
  const between = (from: number | null = null, to: number | null = null) =>
    from === null || to === null ? null : to - from;
  return {
    detect: between(gap?.from, swap?.noticedAt),
    report: between(swap?.noticedAt, swap?.reportedAt),
    decide: between(swap?.reportedAt, swap?.decidedAt),
    journal: between(swap?.decidedAt, swap?.begunAt),
    replace: between(swap?.begunAt, swap?.lastAcceptedAt),
    readBack: between(swap?.lastAcceptedAt, swap?.readBackAt),
    dataPlane: between(swap?.lastAcceptedAt, gap?.next),
    outage: !traffic.measured ? null : gap === undefined ? 0 : gap.next - gap.from,
    lost: traffic.measured ? traffic.lost : null,
  };
}

function longestGap(traffic: Traffic): Gap | undefined {
  if (!traffic.measured) return undefined;
  return traffic.gaps.toSorted((a, b) => b.next - b.from - (a.next - a.from))[0];
}
