import type { Health } from '#failover/stored-state.ts';
import type { Log } from '#functions/log.ts';
import type { Channel, Memory } from './memory.ts';
import type { Message, NotifiedSite } from './message.ts';

/** The notifier's memory as it is stored. */
export interface StoredMemory {
  readonly memory: Memory;
  /** Grows by one with each write; 0: nothing is stored. */
  readonly version: number;
}

export interface NotifyStore {
  read(): Promise<StoredMemory>;
  /** @returns false if another run has written since `version` was read */
  write(memory: Memory, version: number): Promise<boolean>;
  /** What health-probe has stored. */
  readProbe(): Promise<{ readonly health: Health | undefined; readonly lastRoundAt: number | undefined }>;
}

/** What the notifier needs of its environment. */
export interface NotifyPorts {
  readonly site: NotifiedSite;
  readonly store: NotifyStore;
  /** The memory of this environment of the function: used while the store does not answer. */
  readonly environment: {
    stored: StoredMemory;
    /** The store has `stored`, as far as is known. False: only this environment has it. */
    isSaved: boolean;
  };
  /** The topics of the site. */
  readonly channels: readonly Channel[];
  /** Publishes to one topic. Throws if it does not accept the message. */
  readonly publish: (message: Message, channel: Channel) => Promise<void>;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}
