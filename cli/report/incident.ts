import type { HistoryEntry, SwapEntry } from '#contracts/history.ts';
import { drillsAmong } from './drills.ts';

/** An entry of a site's history. */
export interface SiteEntry {
  readonly site: string;
  readonly entry: HistoryEntry;
}

/** Triggers of detectors that follow each other within this time are about one failure. */
const GAP_MS = 60_000;
/** Entries of all sites within this time before and after an incident are shown with it. */
export const AROUND_MS = 10 * 60_000;
/** Most entries of one incident: a page with more would not be read. */
const MAX_ENTRIES = 12;

/** Names the newest entry of a swap. */
export const LAST = 'last';

/**
 * The entry that an operator names: `last`, the number of a swap, an id, or the beginning of one. Of several entries with one id it is the
 * newest that moved routes, or else the newest. Undefined: there is none. An array: ids, of more than one trigger.
 */
export function findEntry(name: string, entries: readonly SiteEntry[]): SiteEntry | readonly string[] | undefined {
  const newest = entries.toSorted((a, b) => b.entry.at - a.entry.at);
  if (name === LAST) return newest.find(({ entry }) => hasMoved(entry)) ?? newest[0];
  const isExact = ({ entry }: SiteEntry) =>
    entry.id === name || (/^[1-9]\d*$/.test(name) && isSwap(entry, Number(name)));
  const exact = newest.filter(isExact);
  const found = exact.length > 0 ? exact : newest.filter(({ entry }) => entry.id.startsWith(name));
  const ids = [...new Set(found.map(({ site, entry }) => `${entry.id} (${site})`))];
  if (ids.length > 1) return ids;
  return found.find(({ entry }) => hasMoved(entry)) ?? found[0];
}

function hasMoved({ kind, outcome }: HistoryEntry): boolean {
  return kind === 'swap' && (outcome === 'swapped' || outcome === 'partial');
}

/** Whether it is the run that made this swap of its site. */
function isSwap(entry: HistoryEntry, epoch: number): entry is SwapEntry {
  return entry.kind === 'swap' && entry.epoch === epoch && hasMoved(entry);
}

/**
 * The entries that belong to the chosen one, the first one first: those of its trigger, of its drill, of its push, of a partial swap and
 * the runs that finish it, and of detectors that report the same failure. Whatever else happened then is shown around the incident.
 */
export function incidentOf(chosen: SiteEntry, entries: readonly SiteEntry[]): readonly HistoryEntry[] {
  const own = entries.filter(({ site }) => site === chosen.site).map(({ entry }) => entry);
  const drill = drillsAmong(own).find(
    ({ entry, swaps }) => entry === chosen.entry || swaps.some((swap) => swap === chosen.entry),
  );
  const ofDrill = drill === undefined ? [] : [drill.entry, ...drill.swaps];
  const related = own.filter((each) => each.id === chosen.entry.id || isOfSamePush(each, chosen.entry));
  const near = [...new Set([chosen.entry, ...ofDrill, ...related, ...failureOf(chosen.entry, own)])]
    .toSorted((a, b) => Math.abs(a.at - chosen.entry.at) - Math.abs(b.at - chosen.entry.at))
    .slice(0, MAX_ENTRIES);
  return near.toSorted((a, b) => a.at - b.at);
}

/** An entry about a router has the time since the push of all routers began. */
function isOfSamePush(one: HistoryEntry, other: HistoryEntry): boolean {
  return one.kind === 'push' && other.kind === 'push' && one.at - one.tookMs === other.at - other.tookMs;
}

/** The failure that the chosen entry is about: it ends where no detector reports it for a minute, or another swap begins. */
function failureOf(chosen: HistoryEntry, own: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const swaps = own
    .flatMap((each) => (each.kind === 'swap' ? [each] : []))
    .filter((each) => !isOfOperator(each) || hasMoved(each) || each === chosen)
    .toSorted((a, b) => a.at - b.at);
  let failure: SwapEntry[] = [];
  for (const entry of swaps) {
    if (!isSameFailure(entry, failure)) {
      if (failure.some((each) => each === chosen)) return failure;
      failure = [];
    }
    failure.push(entry);
  }
  return failure.some((each) => each === chosen) ? failure : [];
}

function isSameFailure(entry: SwapEntry, failure: readonly SwapEntry[]): boolean {
  const moved = failure.findLast(hasMoved);
  if (entry.reason === FINISH && moved?.outcome === 'partial') return true;
  const last = failure.at(-1);
  if (last === undefined || entry.at - last.at > GAP_MS || isOfOperator(entry) || isOfOperator(last)) return false;
  return moved === undefined || !hasMoved(entry);
}

/** The reason of a run that finishes a partial swap. */
const FINISH = 'finish-swap';

function isOfOperator({ detector }: SwapEntry): boolean {
  return detector === 'operator';
}

/** The entries of all sites near an incident, the first one first. */
export function entriesAround(incident: readonly HistoryEntry[], entries: readonly SiteEntry[]): readonly SiteEntry[] {
  const times = incident.map(({ at }) => at);
  const from = Math.min(...times) - AROUND_MS;
  const to = Math.max(...times) + AROUND_MS;
  return entries.filter(({ entry: { at } }) => at >= from && at <= to).toSorted((a, b) => a.entry.at - b.entry.at);
}
