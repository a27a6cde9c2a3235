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

    /** With the time of the one that it replaces. */
    async recordHeartbeat({ eni, instance }: Reporter, heartbeat: Heartbeat): Promise<void> {
      const change =
        'SET #eni = :eni, #instance = :instance, #earlierAt = if_not_exists(#word.#at, :at), #word = :word';
      const names = {
        '#eni': 'eni',
        '#instance': 'instance',
        '#earlierAt': 'earlierAt',
        '#word': 'word',
        '#at': 'at',
      };
      await table.updateIf(SWAP, `heartbeat#${eni}`, change, {
        expression: 'attribute_not_exists(pk) OR #word.#at < :at',
        values: { ':eni': eni, ':instance': instance, ':word': heartbeat, ':at': heartbeat.at },
        names,
      });
    },

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

export function claimsIn(items: readonly Item[]): Omit<StoredSite, 'stored'> {
  return {
    evidence: byInterface<BgpEvidence>(items, 'statement'),
    heartbeats: heartbeatsIn(items),
    contacts: byInterface<Contact>(items, 'contact'),
  };
}

function heartbeatsIn(items: readonly Item[]): StoredSite['heartbeats'] {
  const found = itemsOf<Reporter & { word: Heartbeat; earlierAt?: number }>(items, 'heartbeat#');
  return Object.fromEntries(
    found.map(({ eni, instance, word, earlierAt }) => [eni, { instance, content: { ...word, earlierAt } }]),
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
