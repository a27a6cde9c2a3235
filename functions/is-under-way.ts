import type { KeptRequest } from '#contracts/request-progress.ts';

/** Lambda ends a function that is over its time, and the clocks of two functions differ a little. */
const SLACK_MS = 10_000;

/** Whether a request to config-push can still get an answer. @param now ms since the epoch */
export function isUnderWay({ answer, endsAt }: KeptRequest, now: number): boolean {
  return answer === undefined && now < endsAt + SLACK_MS;
}
