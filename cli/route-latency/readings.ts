/** What the serial console of a measuring host shows of `meter.py`, which describes the lines. Pure. */

/** One change of the route. Times in ms from the moment at which ReplaceRoute was called; null: not measured. */
export interface Flip {
  readonly n: number;
  /** When it was called, by the host's clock, ISO 8601. */
  readonly at: string;
  /** EC2's answer. */
  readonly apiMs: number;
  /** The first packet that arrived at the new target was sent. */
  readonly firstMs: number | null;
  /** The first packet was sent after which none arrived at the old target. */
  readonly switchedMs: number | null;
  /** `switchedMs - apiMs`: negative if the data plane changed before EC2 answered. */
  readonly delayMs: number | null;
  /** Packets that arrived at neither target. */
  readonly lost: number | null;
}

export interface FailedFlip {
  /** 0: before the first one. */
  readonly n: number;
  /** EC2's error code, or the fault of the connection. */
  readonly why: string;
}

export interface MeterReadings {
  /** Targets at which packets were observed: 2, or 0 where the host has no such interfaces. Undefined: the program has not started. */
  readonly receivers: number | undefined;
  readonly flips: readonly Flip[];
  readonly failed: readonly FailedFlip[];
  readonly hasEnded: boolean;
}

export const NO_READINGS: MeterReadings = { receivers: undefined, flips: [], failed: [], hasEnded: false };

/** Adds what a console shows now to what it showed before: it keeps the last 64 KB, to which other programs write as well. */
export function withConsole(before: MeterReadings, console: string): MeterReadings {
  const ready = READY.exec(console)?.groups;
  return {
    receivers: ready === undefined ? before.receivers : Number(ready['receivers']),
    flips: merged(before.flips, [...console.matchAll(FLIP)].map(flipOf)),
    failed: merged(
      before.failed,
      [...console.matchAll(FAILED)].map(({ groups = {} }) => ({ n: Number(groups['n']), why: groups['why'] ?? '' })),
    ),
    hasEnded: before.hasEnded || END.test(console),
  };
}

const READY = /route-latency ready receivers=(?<receivers>\d+) \./;
const FLIP =
  /route-latency flip n=(?<n>\d+) at=(?<at>[\d.]+) api=(?<api>[\d.]+) first=(?<first>-|[\d.]+) switched=(?<switched>-|[\d.]+) lost=(?<lost>-|\d+) \./g;
const FAILED = /route-latency failed n=(?<n>\d+) why=(?<why>\S+) \./g;
const END = /route-latency end flips=\d+ \./;

function flipOf({ groups = {} }: RegExpExecArray): Flip {
  const number = (name: string) => (groups[name] === '-' ? null : Number(groups[name]));
  const [apiMs, switchedMs] = [Number(groups['api']), number('switched')];
  return {
    n: Number(groups['n']),
    at: new Date(Number(groups['at']) * 1000).toISOString(),
    apiMs,
    firstMs: number('first'),
    switchedMs,
    delayMs: switchedMs === null ? null : Number((switchedMs - apiMs).toFixed(1)),
    lost: number('lost'),
  };
}

function merged<T extends { readonly n: number }>(before: readonly T[], now: readonly T[]): readonly T[] {
  const byNumber = new Map([...before, ...now].map((each) => [each.n, each]));
  return [...byNumber.values()].toSorted((a, b) => a.n - b.n);
}
