import type { Failure } from './options.ts';
import type { Pings } from './pings.ts';
import type { SerfPair } from './serf.ts';
import type { Timeline } from './timeline.ts';

/** One design that runs in a scenario: deployed, healthy, pinged. */
export interface RunningDesign {
  readonly pings: Pings;
  /** Breaks the active router now; later events go into the timeline. */
  fail(timeline: Timeline): void;
  /** Steps of the design after traffic is back (probe rounds, a second detector). */
  afterwards(): Promise<void>;
  /** Adds what logs and the emulator recorded. */
  recordTimeline(timeline: Timeline): void;
  /** Name of the router that the routes point at; undefined: split or neither. */
  owner(): string | undefined;
  /** The error because of which traffic cannot come back; undefined: none. */
  fault(): Error | undefined;
}

/** What every design needs to run. */
export interface RunContext {
  /** Directory of the routers' files. */
  readonly directory: string;
  readonly serf: SerfPair['kind'];
  readonly fail: Failure;
  readonly speed: number;
  /** Interrupts every wait. */
  readonly signal: AbortSignal;
  /** Ends something that was started; in reverse order, also after an error. */
  onClose(step: () => unknown): void;
}

/** ms between pings. */
export const PING_EVERY_MS = 10;
