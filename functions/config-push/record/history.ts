import type { PushJournal } from '#contracts/push-journal.ts';
import { logFailure } from '#functions/log-failure.ts';
import type { PushPorts } from '../ports.ts';

/** Adds an entry about a push to the site's history. A fault in writing it does not change the push. */
export async function recordPush(
  { id, by, at: began }: Pick<PushJournal, 'id' | 'by' | 'at'>,
  { reason, says, router }: { readonly reason: string; readonly says: string; readonly router?: string | undefined },
  ports: PushPorts,
): Promise<void> {
  const at = ports.now();
  await logFailure('the history entry', ports, () =>
    ports.store.recordHistory({
      kind: 'push',
      at,
      id: `${id}-${router}`,
      detector: 'operator',
      outcome: 'noted',
      reason: `config-${reason}`,
      says: `${by} pushed a configuration. ${says}`,
      tookMs: at - began,
    }),
  );
}
