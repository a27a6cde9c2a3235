import { readFileSync } from 'node:fs';

/** Intervals of a router's programs: the defaults of `router/lib/config.sh`, ms. */
export interface ReporterTimes {
  readonly confirmFor: number;
  readonly retryDelays: readonly number[];
  readonly retryEvery: number;
  readonly notedEvery: number;
  readonly reconcileEvery: number;
  readonly reportAgain: number;
  readonly askAgainFor: number;
  readonly giveUpAfter: number;
  readonly settledFor: number;
  readonly contactEvery: number;
}

/**
 * Reads them from the programs' own table of keys, so that a simulated router has the intervals of a real one.
 *
 * @throws Error with the key that is missing or is not a list of seconds
 */
export function readReporterTimes(configSh: string): ReporterTimes {
  const list = (key: string): readonly number[] => {
    const value = new RegExp(`^\\s*["']${key}\\|([^|]*)\\|`, 'm').exec(configSh)?.[1];
    if (value === undefined) throw new Error(`router/lib/config.sh has no ${key}`);
    const numbers = value.split(' ').map((each) => Math.round(Number(each) * 1000));
    if (value === '' || numbers.some(Number.isNaN))
      throw new Error(`router/lib/config.sh: ${key} is "${value}", no seconds`);
    return numbers;
  };
  const one = (key: string) => list(key)[0] ?? 0;
  return {
    confirmFor: one('CONFIRM_FOR'),
    retryDelays: list('RETRY_DELAYS'),
    retryEvery: one('RETRY_EVERY'),
    notedEvery: one('NOTED_EVERY'),
    reconcileEvery: one('RECONCILE_EVERY'),
    reportAgain: one('REPORT_AGAIN'),
    askAgainFor: one('ASK_AGAIN_FOR'),
    giveUpAfter: one('GIVE_UP_AFTER'),
    settledFor: one('SETTLED_FOR'),
    contactEvery: one('CONTACT_EVERY'),
  };
}

/**
 * Refusals that only an operator can end: a router retries at a longer interval.
 *
 * @throws Error if `router/lib/answer.sh` has no such list
 */
function readLastingReasons(answerSh: string): readonly string[] {
  const list = /^readonly LASTING_REASONS='([^']*)'/m.exec(answerSh)?.[1];
  if (list === undefined) throw new Error('router/lib/answer.sh has no LASTING_REASONS');
  return list.trim().split(' ');
}

/**
 * What the confirmed report waits for the answer to the suspected one, ms.
 *
 * @throws Error if `router/lib/suspicion.sh` has no such constant
 */
export function readPreparedWithin(suspicionSh: string): number {
  return constantIn(suspicionSh, 'PREPARED_WITHIN') * 1000;
}

/**
 * A confirmed report that was without an answer for longer is not sent again before the peer has been asked again, ms.
 *
 * @throws Error if `router/lib/suspicion.sh` has no such constant
 */
export function readResendWithin(suspicionSh: string): number {
  return constantIn(suspicionSh, 'RESEND_WITHIN');
}

function constantIn(suspicionSh: string, name: string): number {
  const value = new RegExp(`^readonly ${name}=([\\d.]+)$`, 'm').exec(suspicionSh)?.[1];
  if (value === undefined) throw new Error(`router/lib/suspicion.sh has no ${name}`);
  return Number(value);
}

const textOf = (file: string) => readFileSync(new URL(`../../router/lib/${file}`, import.meta.url), 'utf8');

export const REPORTER: ReporterTimes = readReporterTimes(textOf('config.sh'));
export const LASTING_REASONS: readonly string[] = readLastingReasons(textOf('answer.sh'));
export const PREPARED_WITHIN_MS: number = readPreparedWithin(textOf('suspicion.sh'));
export const RESEND_WITHIN_MS: number = readResendWithin(textOf('suspicion.sh'));

/** Detection times: of BFD, and of Serf at best and at worst. */
export const DETECTED_AFTER_MS: readonly number[] = [300, 1_000, 7_000];
export const DETECTED_WITHIN_MS = Math.max(...DETECTED_AFTER_MS);
