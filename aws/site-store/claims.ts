import { HEARTBEAT_GAP_INTERVALS } from '#failover/limits.ts';
import type { BgpEvidence } from '#failover/observation.ts';
import { keptUntil, type Notice } from '#failover/scheduled-event.ts';
import type { Contact, FromInstance, Reporter, StoredSite } from '#failover/stored-site.ts';
import type { Heartbeat, StoredState, WitnessReport } from '#failover/stored-state.ts';
import type { Item, SiteTable } from '../site-table.ts';
import { itemsOf, SWAP, seconds } from './items.ts';

/**
 * `swap/statement#<eni>`, `swap/heartbeat#<eni>`, `swap/contact#<eni>`, `swap/testimony#<by>#<eni>`,
 * `swap/notice#<instance>#<code>`. A heartbeat stands apart from a report's claim, because a report promises no next one.
 */
export function claimStore(table: SiteTable) {
  // The attribute is named `word`, as in stored items.
  const putNewest = async (sk: string, word: { readonly at: number }, more: Item = {}): Promise<void> => {
    await table.putIf(
      { pk: SWAP, sk, ...more, word },
      { expression: 'attribute_not_exists(pk) OR word.#at <= :at', values: { ':at': word.at }, names: { '#at': 'at' } },
    );
  };
  return {
    recordClaim: (reporter: Reporter, evidence: BgpEvidence) =>
      putNewest(`statement#${reporter.eni}`, evidence, { ...reporter }),

    recordHeartbeat: ({ eni, instance }: Reporter, heartbeat: Heartbeat) =>
      putHeartbeat(table, eni, instance, heartbeat),

    recordContact: (reporter: Reporter, contact: Contact) =>
      putNewest(`contact#${reporter.eni}`, contact, { ...reporter }),

    recordWitnessReport: (report: WitnessReport) => putNewest(`testimony#${report.by}#${report.about}`, report),

    setNotice({ instance, event }: Notice): Promise<void> {
      const sk = noticeKey(instance, event.code);
      return table.put({ pk: SWAP, sk, notice: { instance, event }, expires: seconds(keptUntil(event)) });
    },

    deleteNotice: ({ instance, event }: Notice): Promise<void> => table.delete(SWAP, noticeKey(instance, event.code)),
  };
}

/** Continues the series of heartbeats that the store has taken, or begins another one. An older heartbeat is dropped. */
async function putHeartbeat(table: SiteTable, eni: string, instance: string, heartbeat: Heartbeat): Promise<void> {
  const { at, everyMs = 0 } = heartbeat;
  const key = `heartbeat#${eni}`;
  const names = { '#eni': 'eni', '#instance': 'instance', '#since': 'since', '#word': 'word', '#at': 'at' };
  const values = {
    ':eni': eni,
    ':instance': instance,
    ':word': heartbeat,
    ':at': at,
    ':gap': at - HEARTBEAT_GAP_INTERVALS * everyMs,
  };
  const change = 'SET #eni = :eni, #instance = :instance, #word = :word';
  const continues = 'attribute_exists(#since) AND #word.#at >= :gap AND #word.#at < :at';
  if (await table.updateIf(SWAP, key, change, { expression: continues, values, names })) return;
  const begins = 'attribute_not_exists(pk) OR (#word.#at < :at AND (#word.#at < :gap OR attribute_not_exists(#since)))';
  await table.updateIf(SWAP, key, `${change}, #since = :at`, { expression: begins, values, names });
}

export function claimsIn(items: readonly Item[]): Omit<StoredSite, 'stored'> {
  return {
    evidence: byInterface<BgpEvidence>(items, 'statement'),
    heartbeats: heartbeatsIn(items),
    contacts: byInterface<Contact>(items, 'contact'),
  };
}

function heartbeatsIn(items: readonly Item[]): StoredSite['heartbeats'] {
  const found = itemsOf<Reporter & { word: Heartbeat; since?: number }>(items, 'heartbeat#');
  return Object.fromEntries(
    found.map(({ eni, instance, word, since }) => [eni, { instance, content: { ...word, since } }]),
  );
}

export function othersReportsIn(items: readonly Item[]): Pick<StoredState, 'witnessReports' | 'notices'> {
  return {
    witnessReports: itemsOf<{ word: WitnessReport }>(items, 'testimony#').map(({ word }) => word),
    notices: itemsOf<{ notice: Notice }>(items, 'notice#').map(({ notice }) => notice),
  };
}

function byInterface<Content>(items: readonly Item[], kind: string): Readonly<Record<string, FromInstance<Content>>> {
  const found = itemsOf<Reporter & { word: Content }>(items, `${kind}#`);
  return Object.fromEntries(found.map(({ eni, instance, word: content }) => [eni, { instance, content }]));
}

function noticeKey(instance: string, code: string): string {
  return `notice#${instance}#${code}`;
}
