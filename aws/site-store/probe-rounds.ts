import type { AnnouncedEvent } from '#failover/scheduled-event.ts';
import type { AnnouncedPause, Health, ProbeRound, StoredState } from '#failover/stored-state.ts';
import type { Item, SiteTable } from '../site-table.ts';
import { itemsOf, PROBE } from './items.ts';

/** `probe/rounds`, `probe/health`, `probe/told-pause`, `probe/announced-events`. */
export function probeStore(table: SiteTable) {
  return {
    async recordRounds(
      rounds: readonly ProbeRound[],
      newest: number | undefined,
    ): Promise<readonly ProbeRound[] | undefined> {
      const item = { pk: PROBE, sk: 'rounds', rounds, newest: rounds.at(-1)?.at ?? 0 };
      const existing = await table.putIf(item, {
        expression: 'attribute_not_exists(newest) OR newest = :seen',
        values: { ':seen': newest ?? 0 },
      });
      if (existing === 'nothing-known') throw new Error('another delivery has written rounds that cannot be read');
      return existing && (existing['rounds'] as ProbeRound[]);
    },

    setHealth: (health: Health): Promise<void> => table.put({ pk: PROBE, sk: 'health', health }),

    async setAnnouncedPause(told: AnnouncedPause): Promise<boolean> {
      const existing = await table.putIf(
        { pk: PROBE, sk: 'told-pause', told },
        {
          expression:
            'attribute_not_exists(pk) OR told.#since <> :since OR told.#until <> :until OR told.stage <> :stage',
          values: { ':since': told.since, ':until': told.until, ':stage': told.stage },
          names: { '#since': 'since', '#until': 'until' },
        },
      );
      return existing === undefined;
    },

    async setAnnouncedEvents(told: readonly AnnouncedEvent[], before: readonly AnnouncedEvent[]): Promise<boolean> {
      const existing = await table.putIf(
        { pk: PROBE, sk: 'announced-events', told, version: versionOf(told) },
        {
          expression: 'attribute_not_exists(pk) OR version = :before',
          values: { ':before': versionOf(before) },
        },
      );
      return existing === undefined;
    },
  };
}

export function probeRoundsIn(items: readonly Item[]): Partial<StoredState> {
  return {
    probes: itemsOf<{ rounds: ProbeRound[] }>(items, 'rounds')[0]?.rounds ?? [],
    health: itemsOf<{ health: Health }>(items, 'health')[0]?.health,
    announcedEvents: itemsOf<{ told: AnnouncedEvent[] }>(items, 'announced-events')[0]?.told ?? [],
    announcedPause: itemsOf<{ told: AnnouncedPause }>(items, 'told-pause')[0]?.told,
  };
}

/** Number of announcements, and the time of the last. */
function versionOf(announced: readonly AnnouncedEvent[]): string {
  return `${announced.length} ${Math.max(0, ...announced.map(({ at }) => at))}`;
}
