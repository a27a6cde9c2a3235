import type { UnfinishedPush } from '#contracts/site-status.ts';
import type { SwapPorts } from './ports.ts';

/** @returns undefined: there is none; null: that could not be read, which is unknown */
export async function unfinishedPush({ pushJournal, now, log }: SwapPorts): Promise<UnfinishedPush | null | undefined> {
  try {
    const last = await pushJournal();
    if (
      last === undefined ||
      last.finished ||
      (last.done.length === 0 && last.applying === undefined && last.installing === undefined)
    )
      return undefined;
    const { done, leasedUntil, applying, installing } = last;
    const { by, at } = (applying ?? installing)?.origin ?? last;
    const left = applying
      ? { router: applying.router, state: applying.state, revertsAt: applying.undoneBy }
      : installing && { router: installing.router, state: 'installing' };
    return { by, at, done, underWay: leasedUntil > now(), ...left };
  } catch (error) {
    log.warn('Whether a push of configurations is unfinished could not be read', { error });
    return null;
  }
}
