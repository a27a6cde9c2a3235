import type { RouterPrograms } from '#contracts/install-result.ts';
import type { PushPorts } from '../ports.ts';
import { type ChangeOrigin, type RouterChange, recordChange } from '../record/history.ts';

/** Adds an entry about an installation to the site's history, and logs it. A fault in writing it does not change the result. */
export async function recordInstall(
  origin: ChangeOrigin,
  { outcome, programs, ...change }: RouterInstalled,
  ports: PushPorts,
): Promise<void> {
  const { router } = change;
  ports.log[outcome === 'installed' ? 'info' : 'error'](change.says, { install: origin.id, router });
  const reason = `programs-${change.reason}`;
  const says = `${origin.by} installed programs. ${change.says}`;
  await recordChange(origin, { ...change, reason, says }, ports.record.detailOf(router, programs ?? {}), ports);
}

/** How an installation ended on a router. */
interface RouterInstalled extends RouterChange {
  readonly outcome: string;
  /** Undefined: the router does not answer. */
  readonly programs: RouterPrograms | undefined;
}
