import type { PushJournal } from '#contracts/push-journal.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { logFailure } from '#functions/log-failure.ts';
import type { PushPorts } from '../ports.ts';
import { recordPush } from './history.ts';

const FAILURES: ReadonlySet<PushResult['outcome']> = new Set(['undone', 'unknown', 'broken']);

/**
 * Records the result: history, metrics, event and log. A fault in any of them does not change the result.
 *
 * @param recorded the outcome that the history already has of this router. Default: none
 */
export async function conclude(
  result: PushResult,
  journal: PushJournal,
  ports: PushPorts,
  recorded?: PushResult['outcome'],
): Promise<PushResult> {
  const { outcome, reason, says, router, remaining } = result;
  const failed = FAILURES.has(outcome);
  ports.log[failed ? 'error' : 'info'](`${outcome}: ${says}`, { result, push: journal.id });
  if (failed) ports.metric('ConfigPushFailed', 1);
  if (outcome === 'pushed') ports.metric('ConfigPushed', 1);
  if ((failed || outcome === 'pushed') && outcome !== recorded && router !== undefined)
    await recordPush(journal, { reason, says, router }, ports);
  const complete =
    (outcome === 'pushed' && remaining.length === 0) || (outcome === 'unchanged' && journal.done.length > 0);
  if (complete) await logFailure('the announcement', ports, () => announce(journal, ports));
  return result;
}

async function announce({ id, by, done }: PushJournal, ports: PushPorts): Promise<void> {
  await ports.announce('Config Pushed', {
    topology: ports.site.topology,
    site: ports.site.name,
    id,
    by,
    routers: done,
    says: `${by} pushed a new configuration to ${done.join(' and ')}; BGP is verified on ${done.length === 1 ? 'it' : 'both'}.`,
    at: new Date(ports.now()).toISOString(),
  });
}
