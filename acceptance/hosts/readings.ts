/** Lost datagrams in a row. Times in ms since the epoch, by the host's clock. */
export interface Gap {
  /** When the first and the last lost one were sent. */
  readonly from: number;
  readonly to: number;
  readonly lost: number;
  /** When the first answered one after them was sent, and when its answer arrived. */
  readonly next: number;
  readonly back: number;
}

/** What a host's serial console shows of its probe. */
export interface Readings {
  readonly gaps: readonly Gap[];
  /** The probe's last sign of life; undefined: it has shown none. */
  readonly alive:
    | {
        readonly at: number;
        readonly sent: number;
        readonly answered: number;
        /** How many of the last datagrams were lost in a row. */
        readonly unanswered: number;
      }
    | undefined;
}

/** Reads the lines of `probe.py`; other programs write to the console as well. Pure. */
export function readingsIn(console: string): Readings {
  const gaps = [...console.matchAll(GAP)].map(({ groups = {} }) => ({
    from: ms(groups['from']),
    to: ms(groups['to']),
    lost: Number(groups['lost']),
    next: ms(groups['next']),
    back: ms(groups['back']),
  }));
  const alive = [...console.matchAll(ALIVE)].at(-1)?.groups;
  return {
    gaps,
    alive: alive && {
      at: ms(alive['at']),
      sent: Number(alive['sent']),
      answered: Number(alive['answered']),
      unanswered: Number(alive['unanswered']),
    },
  };
}

const GAP =
  /acceptance-probe gap from=(?<from>[\d.]+) to=(?<to>[\d.]+) lost=(?<lost>\d+) next=(?<next>[\d.]+) back=(?<back>\d+\.\d{3})/g;
const ALIVE =
  /acceptance-probe alive at=(?<at>[\d.]+) sent=(?<sent>\d+) answered=(?<answered>\d+) unanswered=(?<unanswered>\d+)\b/g;

function ms(seconds: string | undefined): number {
  return Math.round(Number(seconds) * 1000);
}

/** The traffic of a host during an event. */
export type Traffic =
  | { readonly measured: true; readonly lost: number; readonly gaps: readonly Gap[] }
  | {
      readonly measured: false;
      readonly why: string;
      /** It was lost, and had not come back. */
      readonly isLost?: true;
    };

/** The probe's interval, ms. */
const EVERY_MS = 20;
/** A shorter row at the time of the reading is loss of single packets. */
const OUTAGE_MS = 1_000;

/**
 * The gaps that a console shows now and did not show before. A probe that was not alive after the event proves nothing. Pure.
 *
 * @param before undefined: the console could not be read
 */
export function trafficBetween(before: Readings | undefined, now: Readings | undefined): Traffic {
  const notMeasured = (why: string) => ({ measured: false, why }) as const;
  if (before === undefined || now === undefined)
    return notMeasured('the console of the measuring host was not readable');
  if (now.alive === undefined) return notMeasured('the console of the measuring host shows no readings');
  if (now.alive.answered === 0) return notMeasured('no probe was ever answered');
  if (before.alive !== undefined && now.alive.at <= before.alive.at)
    return notMeasured('the console of the measuring host shows no newer readings');
  const lostMs = now.alive.unanswered * EVERY_MS;
  if (lostMs >= OUTAGE_MS) {
    const why = `the last ${now.alive.unanswered} probes (${(lostMs / 1000).toFixed(1)} s) were not answered`;
    return { ...notMeasured(why), isLost: true };
  }
  const known = new Set(before.gaps.map(({ from }) => from));
  const gaps = now.gaps.filter(({ from }) => !known.has(from));
  return { measured: true, lost: gaps.reduce((sum, { lost }) => sum + lost, 0), gaps };
}
