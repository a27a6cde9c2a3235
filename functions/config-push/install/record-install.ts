import type { RouterPrograms } from '#contracts/install-result.ts';
import type { PushJournal } from '#contracts/push-journal.ts';
import type { PushPorts } from '../ports.ts';
import { recordWithDetail } from '../record/history.ts';

/** Adds an entry about an installation to the site's history, and logs it. A fault in writing it does not change the result. */
export async function recordInstall(
  { id, by, requestedBy, at: began }: Pick<PushJournal, 'id' | 'by' | 'requestedBy' | 'at'>,
  { outcome, reason, says, router, programs, settled }: RouterInstalled,
  ports: PushPorts,
): Promise<void> {
  const at = ports.now();
  ports.log[outcome === 'installed' ? 'info' : 'error'](says, { install: id, router });
  const entry = {
    kind: 'push',
    at,
    id: settled ? `${id}-${router}-settled` : `${id}-${router}`,
    detector: 'operator',
    outcome: 'noted',
    reason: `programs-${reason}`,
    says: `${by} installed programs. ${says}`,
    tookMs: at - began,
    ...(requestedBy && { requestedBy }),
  } as const;
  await recordWithDetail(entry, ports.record.detailOf(router, programs ?? {}), ports);
}

/** How an installation ended on a router. */
interface RouterInstalled {
  readonly outcome: string;
  /** For programs. */
  readonly reason: string;
  /** A sentence. */
  readonly says: string;
  readonly router: string;
  /** Undefined: the router does not answer. */
  readonly programs: RouterPrograms | undefined;
  /** A later run recorded what another one had begun. */
  readonly settled?: boolean;
}
