import { utcTime } from '#failover/utc-time.ts';
import type { RouterAnswer } from './apply-config.ts';

/** The outcome of a push on one router, and which configuration it has now. */
export interface RouterOutcome {
  /**
   * `confirmed`: the new one. `held`: the new one, and the old one by `revertsAt` unless it is confirmed. `refused`:
   * the old one, nothing was tried. `undone`: the old one again. `unknown`: the old one by `revertsAt`, unless it was
   * confirmed. `broken`: parts of both; the router's timer keeps trying to roll back.
   */
  readonly end: 'confirmed' | 'held' | 'refused' | 'undone' | 'unknown' | 'broken';
  readonly says: string;
  /** ms since the epoch. */
  readonly revertsAt?: number | undefined;
  /** Of `unknown`: another action runs on the router, so it may be asked again soon. */
  readonly busy?: boolean | undefined;
  /** Of `unknown`: the router answers that no change is pending on it, so reading its configuration resolves it. */
  readonly nothingPending?: boolean | undefined;
  /** What a `broken` one boots with. */
  readonly boots?: 'old' | 'new' | 'unknown' | undefined;
}

/** The outcome that an answer means; undefined: the attempt has not ended. */
export function outcomeOf(answer: RouterAnswer, name: string): RouterOutcome | undefined {
  switch (answer.outcome) {
    case 'confirmed':
      return { end: 'confirmed', says: `${name} has its new configuration.` };
    case 'undone':
      return { end: 'undone', says: `${name}: ${answer.says}.` };
    case 'broken':
      return { end: 'broken', says: brokenText(name, answer), boots: answer.boots };
    case 'nothing':
      return endedBefore(answer.ended, name);
    case 'applied':
    case 'refused':
    case 'busy':
    case 'silent':
      return undefined;
  }
}

function endedBefore(ended: 'confirmed' | 'undone' | 'never' | 'unknown', name: string): RouterOutcome {
  switch (ended) {
    case 'confirmed':
      return { end: 'confirmed', says: `${name} has its new configuration.` };
    case 'undone':
    case 'never':
      return { end: 'undone', says: `${name} has its old configuration.` };
    case 'unknown':
      return {
        end: 'unknown',
        nothingPending: true,
        says: `${name} has no record of this push any more, so it is unknown whether it runs the new or the old configuration; config diff shows what it runs.`,
      };
  }
}

function brokenText(name: string, { says, boots, retryInS }: Extract<RouterAnswer, { outcome: 'broken' }>): string {
  const which = { old: 'the old configuration', new: 'the new configuration', unknown: 'an unknown configuration' }[
    boots
  ];
  return `${name}: ${says}. It tries again every ${retryInS} s; it boots with ${which}.`;
}

/** An answer that ends nothing, as a clause. */
export function textOf(answer: RouterAnswer): string {
  if (answer.outcome === 'silent') return answer.why;
  return answer.outcome === 'busy' || answer.outcome === 'refused' ? answer.says : answer.outcome;
}

export function awaitingConfirmation(name: string, revertsAt: number): RouterOutcome & { readonly end: 'held' } {
  const until = utcTime(revertsAt);
  const says = `${name} runs its new configuration, and its BGP is verified. Unless it is confirmed, it runs its old one by ${until}.`;
  return { end: 'held', says, revertsAt };
}
