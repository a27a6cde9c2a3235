import { AwsError, type Clock } from '#emulator/service.ts';
import type { RegionState } from './state.ts';

/** The age of the oldest state that a fault may request, ms. */
const PAST_KEPT_MS = 60_000;

interface Region {
  current: RegionState;
  /** States that a read may still be shown, oldest first; `until` is when a write made them old. */
  past: { readonly state: RegionState; readonly until: number }[];
}

/**
 * The regions and their recent past. EC2 is eventually consistent: a read may not show a write that was just answered.
 * https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
 */
export class Store {
  readonly #regions: ReadonlyMap<string, Region>;
  readonly #clock: Clock;
  readonly #consistencyMs: number;
  readonly #listeners = new Set<(region: string) => void>();

  /** `consistencyMs`: reads show the region as it was that long ago. 0: always the latest. */
  constructor(states: ReadonlyMap<string, RegionState>, clock: Clock, consistencyMs: number) {
    this.#regions = new Map([...states].map(([name, current]) => [name, { current, past: [] }]));
    this.#clock = clock;
    this.#consistencyMs = consistencyMs;
  }

  get regions(): string[] {
    return [...this.#regions.keys()];
  }

  /** Throws `AuthFailure` for a region that the account fixture does not have. */
  current(region: string): RegionState {
    return this.#region(region).current;
  }

  write(region: string, next: RegionState): void {
    const entry = this.#region(region);
    const now = this.#clock.now();
    const needed = entry.past.filter(({ until }) => until > now - Math.max(this.#consistencyMs, PAST_KEPT_MS));
    entry.past = [...needed, { state: entry.current, until: now }];
    entry.current = next;
    for (const listener of this.#listeners) listener(region);
  }

  /** Calls `listener` after each write; returns the function that ends it. */
  onWrite(listener: (region: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The state that a Describe returns. `stale`: its age in ms, at most `PAST_KEPT_MS`; true: before the last write, however old. */
  seen(region: string, stale: boolean | number): RegionState {
    const { current, past } = this.#region(region);
    if (stale === true) return past.at(-1)?.state ?? current;
    const moment = this.#clock.now() - Math.max(this.#consistencyMs, Number(stale));
    return past.find(({ until }) => until > moment)?.state ?? current;
  }

  #region(name: string): Region {
    const found = this.#regions.get(name);
    if (found === undefined) {
      throw new AwsError('AuthFailure', `The region ${name} is not enabled in this account.`, 401);
    }
    return found;
  }
}
