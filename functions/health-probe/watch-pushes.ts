import type { PushStore } from '#aws/push-store.ts';
import type { Log } from '#functions/log.ts';

export interface PushWatchPorts {
  readonly pushes: Pick<PushStore, 'journal'>;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Has config-push settle what it finds; nobody waits for it. */
  readonly settlePush: () => Promise<void>;
  readonly log: Log;
}

/**
 * A push whose function or command line died leaves a router with a configuration that nobody confirms: config-push is
 * asked to settle it, so that it stands in the history and raises the alarm, whether anybody comes back or not. Never
 * throws: the round of the probe is worth more.
 *
 * @returns whether it was asked
 */
export async function watchPushes({ pushes, now, settlePush, log }: PushWatchPorts): Promise<boolean> {
  try {
    const last = await pushes.journal();
    if (last?.applying === undefined || last.leasedUntil > now()) return false;
    log.warn(`The push of ${last.by} left ${last.applying.router} unsettled: asking config-push`, { push: last.id });
    await settlePush();
    return true;
  } catch (error) {
    log.error('Could not read whether a push was abandoned, or could not invoke config-push', { error });
    return false;
  }
}
