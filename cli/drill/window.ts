/** A daily window in UTC, in minutes from midnight. `to` before `from`: it spans midnight. */
export interface DrillWindow {
  readonly from: number;
  readonly to: number;
  /** As written: `22:00-04:00`. */
  readonly text: string;
}

/** Parses `22:00-04:00`; undefined: it is no window. */
export function parseWindow(text: string): DrillWindow | undefined {
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? [];
  const [begin, end] = [from, to].map(minutesOf);
  return begin === undefined || end === undefined || begin === end ? undefined : { from: begin, to: end, text };
}

/** Whether a time is in the window: its begin is, its end is not. */
export function isWithin({ from, to }: DrillWindow, at: number): boolean {
  const minute = Math.floor(at / 60_000) % 1440;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

function minutesOf(clock: string | undefined): number | undefined {
  const [hours = 24, minutes = 60] = clock?.split(':').map(Number) ?? [];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}
