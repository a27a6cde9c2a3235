import type { History } from '../ask/answers.ts';
import { renderTable } from '../output/table.ts';
import { moment } from '../output/time.ts';

/** An entry of the history: the command line's own type, part of `history --json`. */
export interface HistoryView {
  /** ISO. */
  readonly at: string;
  /** The trigger's id. */
  readonly id: string;
  readonly detector: string;
  readonly outcome: string;
  readonly reason: string;
  readonly says: string;
  /** Router that held the routes afterwards; null: not known, or split. */
  readonly owner: string | null;
  readonly epoch: number;
  readonly moved: number;
  readonly tookMs: number;
}

export function historyView(entries: History): readonly HistoryView[] {
  return entries.map(({ at, id, detector, outcome, reason, says, owner = null, epoch, moved, tookMs }) => {
    return { at: new Date(at).toISOString(), id, detector, outcome, reason, says, owner, epoch, moved, tookMs };
  });
}

export function showHistory(entries: readonly HistoryView[]): string {
  return renderTable(
    ['TIME', 'DETECTOR', 'OUTCOME', 'REASON', 'OWNER', 'EPOCH', 'ROUTES', 'MS', 'SAYS'],
    entries.map(({ at, detector, outcome, reason, owner, epoch, moved, tookMs, says }) => [
      moment(Date.parse(at)),
      detector,
      outcome,
      reason,
      owner ?? '–',
      epoch === 0 ? '–' : String(epoch),
      String(moved),
      String(Math.round(tookMs)),
      says,
    ]),
  );
}
