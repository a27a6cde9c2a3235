import type { SwapTools } from './tools.ts';

/** A push of configurations that has not come to its end. */
export interface UnfinishedPush {
  readonly by: string;
  /** When it began, ms since the epoch. */
  readonly at: number;
  /** Routers that have their new configuration. */
  readonly done: readonly string[];
  /** A function has its lease. */
  readonly underWay: boolean;
  /**
   * A router whose end is not written down, how far it had come, and when it has its old configuration unless it is
   * confirmed.
   */
  readonly router?: string | undefined;
  readonly state?: string | undefined;
  readonly revertsAt?: number | undefined;
}

/** @returns undefined: there is none; null: that could not be read, which is unknown */
export async function unfinishedPush({ pushJournal, now, log }: SwapTools): Promise<UnfinishedPush | null | undefined> {
  try {
    const last = await pushJournal();
    if (last === undefined || last.finished || (last.done.length === 0 && last.applying === undefined))
      return undefined;
    const { by, at, done, leasedUntil, applying } = last;
    const left = applying && { router: applying.router, state: applying.state, revertsAt: applying.undoneBy };
    return { by, at, done, underWay: leasedUntil > now(), ...left };
  } catch (error) {
    log.warn('Whether a push of configurations is unfinished could not be read', { error });
    return null;
  }
}
