import type { PushEntry } from '#contracts/history.ts';
import type { SentPushDetail } from '#contracts/push-detail.ts';
import type { PushJournal } from '#contracts/push-journal.ts';
import { logFailure } from '#functions/log-failure.ts';
import type { PushPorts } from '../ports.ts';

/** Adds an entry about a push to the site's history. A fault in writing it does not change the push. */
export async function recordPush(
  { id, by, requestedBy, at: began }: Pick<PushJournal, 'id' | 'by' | 'requestedBy' | 'at'>,
  { reason, says, router, settled }: RouterPushed,
  ports: PushPorts,
): Promise<void> {
  const at = ports.now();
  const entry = {
    kind: 'push',
    at,
    id: settled ? `${id}-${router}-settled` : `${id}-${router}`,
    detector: 'operator',
    outcome: 'noted',
    reason: `config-${reason}`,
    says: `${by} pushed a configuration. ${says}`,
    tookMs: at - began,
    ...(requestedBy && { requestedBy }),
  } as const;
  await recordWithDetail(entry, ports.record.detailOf(router), ports);
}

/** How a push ended on a router. */
interface RouterPushed {
  /** For programs. */
  readonly reason: string;
  /** A sentence. */
  readonly says: string;
  readonly router: string;
  /** A later run ended what another one had begun. */
  readonly settled?: boolean;
}

/** Writes an entry, and its detail beside it. A fault in writing them does not change what they are about. */
export async function recordWithDetail(entry: PushEntry, detail: SentPushDetail, ports: PushPorts): Promise<void> {
  const detailed = { ...entry, detailed: true };
  await Promise.all([
    logFailure('the history entry', ports, () => ports.store.recordHistory(detailed)),
    logFailure('the detail of the history entry', ports, () => ports.store.recordDetail({ ...detailed, detail })),
  ]);
}
