import type { Entry } from '#ui/contract.ts';
import type { HistoryView } from '../views/history-view.ts';

/** An entry of a site's history as an entry of the timeline. */
export function historyEntry(site: string, { at, kind, outcome, says }: HistoryView): Omit<Entry, 'id'> {
  return { at: Date.parse(at), kind: kindOf(kind, outcome), where: site, says };
}

function kindOf(kind: HistoryView['kind'], outcome: string): Entry['kind'] {
  switch (kind) {
    case 'swap':
      return outcome === 'refused' ? 'refused' : outcome === 'noted' ? 'reported' : 'swap';
    case 'event':
      return 'announced';
    case 'operator':
    case 'push':
      return kind;
  }
}
