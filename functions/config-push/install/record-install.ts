import type { PushJournal } from '#contracts/push-journal.ts';
import { logFailure } from '#functions/log-failure.ts';
import type { PushPorts } from '../ports.ts';

/** Adds an entry about an installation to the site's history, and logs it. A fault in writing it does not change the result. */
export async function recordInstall(
  { id, by, at: began }: Pick<PushJournal, 'id' | 'by' | 'at'>,
  {
    outcome,
    reason,
    says,
    router,
  }: { readonly outcome: string; readonly reason: string; readonly says: string; readonly router: string },
  ports: PushPorts,
): Promise<void> {
  const at = ports.now();
  ports.log[outcome === 'installed' ? 'info' : 'error'](says, { install: id, router });
  await logFailure('the history entry', ports, () =>
    ports.store.recordHistory({
      kind: 'push',
      at,
      id: `${id}-${router}`,
      detector: 'operator',
      outcome: 'noted',
      reason: `programs-${reason}`,
      says: `${by} installed programs. ${says}`,
      tookMs: at - began,
    }),
  );
}
