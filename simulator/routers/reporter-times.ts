import { readFileSync } from 'node:fs';

/** When a router's programs do what: as `router/lib/config.sh` has it by default, ms. */
export interface ReporterTimes {
  readonly confirmFor: number;
  readonly retryDelays: readonly number[];
  readonly retryEvery: number;
  readonly notedEvery: number;
  readonly reconcileEvery: number;
  readonly reportAgain: number;
  readonly askAgainFor: number;
  readonly contactEvery: number;
}

/**
 * Reads them off the programs' own table of keys, so that a router here is as patient as a real one.
 *
 * @throws Error naming the key that is not there, or is no list of seconds
 */
export function readReporterTimes(configSh: string): ReporterTimes {
  const list = (key: string): readonly number[] => {
    const value = new RegExp(`^\\s*["']${key}\\|([^|]*)\\|`, 'm').exec(configSh)?.[1];
    if (value === undefined) throw new Error(`router/lib/config.sh has no ${key}`);
    const numbers = value.split(' ').map((each) => Math.round(Number(each) * 1000));
    if (value === '' || numbers.some(Number.isNaN)) throw new Error(`router/lib/config.sh: ${key} is "${value}", no seconds`);
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
    contactEvery: one('CONTACT_EVERY'),
  };
}

const CONFIG_SH = new URL('../../router/lib/config.sh', import.meta.url);

export const REPORTER: ReporterTimes = readReporterTimes(readFileSync(CONFIG_SH, 'utf8'));

/** BFD; Serf, lucky and not. */
export const DETECTED_AFTER_MS: readonly number[] = [300, 1_000, 7_000];
export const DETECTED_WITHIN_MS = Math.max(...DETECTED_AFTER_MS);
