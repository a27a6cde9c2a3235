import type { Pings } from './pings.ts';
import type { Timeline } from './timeline.ts';

/** One design at work on one scene: deployed, healthy, pinged. */
export interface Play {
  readonly pings: Pings;
  /** Breaks the victim, now. What happens from here on goes into the timeline. */
  fail(timeline: Timeline): void;
  /** What only the design itself needs to go on with once traffic is back (probe rounds, a second detector). */
  afterwards(): Promise<void>;
  /** Adds what was recorded elsewhere (logs, the emulator's happenings). */
  tell(timeline: Timeline): void;
  /** Name of the router that the routes point at; undefined: split or neither. */
  owner(): string | undefined;
  close(): Promise<void>;
}

/** ms between pings. */
export const PING_EVERY_MS = 10;
