import type { SentPushDetail } from '#contracts/push-detail.ts';
import type { PushJournal } from '#contracts/push-journal.ts';
import { logFailure } from '#functions/log-failure.ts';
import type { PushPorts } from '../ports.ts';

/** The request that began a change. */
export type ChangeOrigin = Pick<PushJournal, 'id' | 'by' | 'requestedBy' | 'at'>;

/** How a change of a router ended. */
export interface RouterChange {
  /** For programs. */
  readonly reason: string;
  /** A sentence. */
  readonly says: string;
  readonly router: string;
  /** A later run ended what another one had begun. */
  readonly settled?: boolean;
}

/** Adds an entry about a push to the site's history. A fault in writing it does not change the push. */
export async function recordPush(origin: ChangeOrigin, change: RouterChange, ports: PushPorts): Promise<void> {
  const reason = `config-${change.reason}`;
  const says = `${origin.by} pushed a configuration. ${change.says}`;
  await recordChange(origin, { ...change, reason, says }, ports.record.detailOf(change.router), ports);
}

/** Writes an entry about a change of a router, and its detail beside it. A fault in writing them does not change what they are about. */
export async function recordChange(
  { id, requestedBy, at: began }: ChangeOrigin,
  { reason, says, router, settled }: RouterChange,
  detail: SentPushDetail,
  ports: PushPorts,
): Promise<void> {
  const at = ports.now();
  const entry = {
    kind: 'push',
    at,
    id: settled ? `${id}-${router}-settled` : `${id}-${router}`,
    detector: 'operator',
    outcome: 'noted',
    reason,
    says,
    tookMs: at - began,
    ...(requestedBy && { requestedBy }),
    detailed: true,
  } as const;
  await Promise.all([
    logFailure('the history entry', ports, () => ports.store.recordHistory(entry)),
    logFailure('the detail of the history entry', ports, () => ports.store.recordDetail({ ...entry, detail })),
  ]);
}
