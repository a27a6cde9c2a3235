import type { PushStore } from '#aws/push-store.ts';
import type { MetricOf } from '#contracts/metrics.ts';
import type { Log } from '#functions/log.ts';

interface PushWatchPorts {
  readonly pushes: Pick<PushStore, 'journal'>;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Invokes config-push to settle the push, without waiting for it. */
  readonly settlePush: () => Promise<void>;
  /** Emits one metric of the site. */
  readonly metric: (name: MetricOf<'health-probe'>, value: number) => void;
  readonly log: Log;
}

/**
 * A push whose function or command line crashed leaves a router with an unconfirmed configuration. config-push is asked to
 * settle it, so that it is recorded in the history and raises the alarm even if no operator continues it. Never throws, so that
 * the round of the probe is not lost.
 *
 * @returns whether it was asked
 */
export async function watchPushes({ pushes, now, settlePush, metric, log }: PushWatchPorts): Promise<boolean> {
  try {
    const last = await pushes.journal();
    const left = last?.applying ?? last?.installing;
    if (last === undefined || left === undefined || last.leasedUntil > now()) return false;
    log.warn(`The push of ${last.by} left ${left.router} unsettled: asking config-push`, { push: last.id });
    // An installation that was interrupted leaves no unconfirmed configuration.
    if (last.applying !== undefined) metric('PushUnsettled', 1);
    await settlePush();
    return true;
  } catch (error) {
    log.error('Could not read whether a push was abandoned, or could not invoke config-push', { error });
    return false;
  }
}
