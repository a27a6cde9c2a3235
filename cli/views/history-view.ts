import type { History, HistoryEntry, SwapEntry } from '#contracts/history.ts';
import type { SwapTimes } from '#contracts/swap-result.ts';
import { renderTable } from '../output/table.ts';
import { utcTime } from '../output/time.ts';
import { evidenceTexts } from './report-evidence.ts';

/** An entry of the history, as in `history --json`. */
export interface HistoryView {
  /** Only in the merged history of all sites. */
  readonly site?: string;
  /** ISO 8601. */
  readonly at: string;
  /** The trigger's id. */
  readonly id: string;
  readonly detector: string;
  readonly outcome: string;
  readonly reason: string;
  readonly says: string;
  /** Owner of the routes afterwards; null: unknown or split. */
  readonly owner: string | null;
  /** Number of the last swap; 0: the entry is of no swap. */
  readonly epoch: number;
  readonly moved: number;
  readonly tookMs: number;
  /** `swap`, `event` (announced by AWS), `operator` or `push`. */
  readonly kind: HistoryEntry['kind'];
  /** Of a report: how the router asked its peer, and why it could not read its own BGP sessions; null: none. */
  readonly evidence: Readonly<Record<string, unknown>> | null;
  /** When the steps of a swap ended, ms from the trigger's arrival (`at` less `tookMs`); null: no swap, or not recorded. */
  readonly times: SwapTimes | null;
  /**
   * Of an operator's request: `arn` of the caller as AWS verified it, null if the request bypassed the API; `stated`: the name in the
   * request, null if it has none. Null: no operator's request.
   */
  readonly requestedBy: { readonly arn: string | null; readonly stated: string | null } | null;
}

/** What `--json` shows of entries that have none of these. */
const OF_NO_SWAP: Pick<SwapEntry, 'owner' | 'epoch' | 'moved' | 'tookMs' | 'evidence' | 'times'> = {
  epoch: 0,
  moved: 0,
  tookMs: 0,
};

export function historyView(entries: History): readonly HistoryView[] {
  return entries.map((entry) => {
    const { at, id, detector, outcome, reason, says, kind, requestedBy } = entry;
    const { owner = null, epoch, moved, tookMs, evidence = null, times = null } = { ...OF_NO_SWAP, ...entry };
    return {
      at: new Date(at).toISOString(),
      id,
      detector,
      outcome,
      reason,
      says,
      owner,
      epoch,
      moved,
      tookMs,
      kind,
      evidence,
      times,
      requestedBy: requestedBy ? { arn: requestedBy.arn ?? null, stated: requestedBy.stated ?? null } : null,
    };
  });
}

/** The newest entries of several sites, newest first. */
export function mergedHistory(
  sites: readonly { readonly name: string; readonly entries: History }[],
  limit: number,
): readonly HistoryView[] {
  return sites
    .flatMap(({ name, entries }) => historyView(entries).map((entry) => ({ site: name, ...entry })))
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .slice(0, limit);
}

/** @param columns width of the terminal */
export function showHistory(entries: readonly HistoryView[], columns?: number): string {
  const siteColumn = (text: string) => (entries.some(({ site }) => site !== undefined) ? [text] : []);
  return renderTable(
    ['TIME', ...siteColumn('SITE'), 'DETECTOR', 'OUTCOME', 'REASON', 'OWNER', 'SWAP', 'MOVED', 'TOOK', 'DESCRIPTION'],
    entries.map(({ at, site = '–', detector, outcome, reason, owner, epoch, moved, tookMs, says, evidence }) => [
      utcTime(Date.parse(at)),
      ...siteColumn(site),
      detector,
      outcome,
      reason,
      owner ?? '–',
      epoch === 0 ? '–' : String(epoch),
      String(moved),
      tookMs === 0 ? '–' : `${Math.round(tookMs)} ms`,
      [says, ...evidenceTexts(evidence)].join(' '),
    ]),
    columns,
  );
}
