import type { HistoryEntry, SwapEntry } from '#contracts/history.ts';
import { drillsAmong } from './drills.ts';

/** An entry of a site's history. */
export interface SiteEntry {
  readonly site: string;
  readonly entry: HistoryEntry;
}

/** Entries of one site that follow each other within this time belong to one incident. */
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

/** The entries that belong to the chosen one, the first one first: each within a minute of the next, and all of a drill. */
export function incidentOf(chosen: SiteEntry, entries: readonly SiteEntry[]): readonly HistoryEntry[] {
  const own = entries.filter(({ site }) => site === chosen.site).map(({ entry }) => entry);
  const before = reach(
    chosen.entry,
    own.filter(({ at }) => at <= chosen.entry.at).toSorted((a, b) => b.at - a.at),
  );
  const after = reach(
    chosen.entry,
    own.filter(({ at }) => at > chosen.entry.at).toSorted((a, b) => a.at - b.at),
  );
  const drill = drillsAmong(own).find(
    ({ entry, swaps }) => entry === chosen.entry || swaps.some((swap) => swap === chosen.entry),
  );
  const ofDrill = drill === undefined ? [] : [drill.entry, ...drill.swaps];
  const near = [...new Set([chosen.entry, ...ofDrill, ...before, ...after])]
    .toSorted((a, b) => Math.abs(a.at - chosen.entry.at) - Math.abs(b.at - chosen.entry.at))
    .slice(0, MAX_ENTRIES);
  return near.toSorted((a, b) => a.at - b.at);
}

function reach(from: HistoryEntry, ordered: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const within: HistoryEntry[] = [];
  let last = from.at;
  for (const entry of ordered) {
    if (Math.abs(entry.at - last) > GAP_MS) break;
    within.push(entry);
    last = entry.at;
  }
  return within;
}

/** The entries of all sites near an incident, the first one first. */
export function entriesAround(incident: readonly HistoryEntry[], entries: readonly SiteEntry[]): readonly SiteEntry[] {
  const times = incident.map(({ at }) => at);
  const from = Math.min(...times) - AROUND_MS;
  const to = Math.max(...times) + AROUND_MS;
  return entries.filter(({ entry: { at } }) => at >= from && at <= to).toSorted((a, b) => a.entry.at - b.entry.at);
}
