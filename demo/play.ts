import type { Failure } from './options.ts';
import type { Pings } from './pings.ts';
import type { SerfPair } from './serf.ts';
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
  /** Why it can never come back, if something of the design itself broke. */
  fault(): Error | undefined;
}

/** What every play gets besides its own. */
export interface Stage {
  /** For the routers' files. */
  readonly directory: string;
  readonly serf: SerfPair['kind'];
  readonly fail: Failure;
  readonly speed: number;
  /** Interrupts what waits. */
  readonly signal: AbortSignal;
  /** Ends something that was started; in reverse order, however the play ends. */
  onClose(step: () => unknown): void;
}

/** ms between pings. */
export const PING_EVERY_MS = 10;
