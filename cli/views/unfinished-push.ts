import { moment } from '../output/time.ts';

/** The last push of configurations to a site, where it has not come to its end. Times in ms since the epoch. */
export interface UnfinishedPush {
  readonly by: string;
  readonly at: number;
  /** Routers that have their new configuration. */
  readonly done: readonly string[];
  /** One that may run what is not confirmed, or is broken. */
  readonly router?: string | undefined;
  readonly state?: string | undefined;
  readonly revertsAt?: number | undefined;
}

/** How far it came, and what it left: clauses. */
export function unfinishedPush({ by, at, done, router, state, revertsAt }: UnfinishedPush): string[] {
  const after = done.length === 0 ? 'before any router had its' : `after ${done.join(' and ')} had its`;
  const until = revertsAt === undefined ? '' : ` until ${moment(revertsAt)} at the latest`;
  const how = `stopped ${after} new configuration`;
  if (state === 'broken' && router !== undefined)
    return [
      `${router} is broken: after the push of ${by} at ${moment(at)} it runs neither configuration for sure, and its timer tries again to bring the old one back`,
      `the push ${how}`,
    ];
  const left = `${router} may run what nobody has confirmed${until}; a push takes that back first`;
  return [`the push of ${by} at ${moment(at)} ${how}`, ...(router === undefined ? [] : [left])];
}
