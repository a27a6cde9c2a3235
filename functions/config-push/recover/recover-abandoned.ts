import type { PushResult } from '#contracts/push-result.ts';
import { recoverInstall } from '../install/recover-install.ts';
import type { PushPorts } from '../ports.ts';
import { Journal } from '../record/journal.ts';
import { pushUnderWay } from '../record/push-under-way.ts';
import { recoverInterrupted } from './recover-interrupted.ts';

const OUTCOMES = { confirmed: 'pushed', undone: 'undone', unknown: 'unknown', broken: 'broken' } as const;

/**
 * Recovers a push that no run works on any more: an unconfirmed router that was never ended, a run that crashed, a
 * router that did not answer or could not roll back. health-probe requests it, and so does the CLI before it
 * continues.
 */
export async function recoverAbandoned(ports: PushPorts): Promise<PushResult> {
  const { name } = ports.site;
  const last = await ports.pushes.journal();
  if (last?.applying === undefined && last?.installing === undefined) {
    const says = 'No interrupted push has to be recovered.';
    return { outcome: 'unchanged', reason: 'nothing-to-settle', says, site: name, router: undefined, ...NONE };
  }
  if (last.leasedUntil > ports.now()) return pushUnderWay(last, ports);
  const journal = await Journal.takeOver(last, ports);
  if (journal === undefined) return pushUnderWay(undefined, ports);
  try {
    const recovery = await recoverInterrupted(last, journal, ports);
    const installed = await recoverInstall(journal, ports);
    if (recovery === undefined) {
      const left = last.applying?.router ?? last.installing?.router;
      const says =
        installed ??
        (last.applying === undefined
          ? `${left} does not answer yet.`
          : `${left} is no longer a router of ${name}, and was not changed.`);
      return { outcome: 'unchanged', reason: 'nothing-to-settle', says, site: name, router: undefined, ...NONE };
    }
    const { router, end, says, state, others } = recovery;
    return {
      outcome: OUTCOMES[end],
      reason: `settled-${end}`,
      says,
      site: name,
      router,
      remaining: end === 'confirmed' ? others : [router, ...others],
      routers: [state],
      settled: { router, end, says },
    };
  } finally {
    await journal.recordResult({ leasedUntil: 0 });
  }
}

const NONE = { remaining: [], routers: [] } as const;
