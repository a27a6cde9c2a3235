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
  const until = revertsAt === undefined ? '' : ` until ${utcTime(revertsAt)} at the latest`;
  const how = `stopped ${where(done, router)}`;
  if (state === 'broken' && router !== undefined)
    return [
      `${router} is broken: the push of ${by} at ${utcTime(at)} left it between its old and new configuration, and its timer retries the rollback`,
      `the push ${how}`,
      'if that does not end, or the router is dead: docs/runbook.md, "A router that is broken"',
    ];
  if (state === 'installing' && router !== undefined)
    return [`the installation of ${by} at ${utcTime(at)} stopped on ${router}, which has its old or its new programs`];
  const left = `${router} may run an unconfirmed configuration${until}; the next push rolls it back first`;
  return [`the push of ${by} at ${utcTime(at)} ${how}`, ...(router === undefined ? [] : [left])];
}

/** A router that the push began with may run its new configuration, although it is not done. */
function where(done: UnfinishedPush['done'], router: string | undefined): string {
  if (done.length > 0) return `after ${done.join(' and ')} received its new configuration`;
  return router === undefined ? 'before any router received its new configuration' : `at ${router}, its first router`;
}
