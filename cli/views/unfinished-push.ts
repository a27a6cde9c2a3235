import { utcTime } from '../output/time.ts';

/** The last configuration push of a site, if it has not finished. Times in ms since the epoch. */
export interface UnfinishedPush {
  readonly by: string;
  readonly at: number;
  /** Routers that have their new configuration. */
  readonly done: readonly string[];
  /** A router that may run an unconfirmed configuration, or is broken. */
  readonly router?: string | undefined;
  readonly state?: string | undefined;
  readonly revertsAt?: number | undefined;
}

/** What the push completed and what it left, as clauses. */
export function unfinishedPushTexts({ by, at, done, router, state, revertsAt }: UnfinishedPush): string[] {
  const after = done.length === 0 ? 'before any router received its' : `after ${done.join(' and ')} received its`;
  const until = revertsAt === undefined ? '' : ` until ${utcTime(revertsAt)} at the latest`;
  const how = `stopped ${after} new configuration`;
  if (state === 'broken' && router !== undefined)
    return [
      `${router} is broken: the push of ${by} at ${utcTime(at)} left it between its old and new configuration, and its timer retries the rollback`,
      `the push ${how}`,
    ];
  if (state === 'installing' && router !== undefined)
    return [`the installation of ${by} at ${utcTime(at)} stopped on ${router}, which has its old or its new programs`];
  const left = `${router} may run an unconfirmed configuration${until}; the next push rolls it back first`;
  return [`the push of ${by} at ${utcTime(at)} ${how}`, ...(router === undefined ? [] : [left])];
}
