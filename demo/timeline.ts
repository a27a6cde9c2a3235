/** One entry of the timeline. */
export interface Entry {
  /** ms after the failure, in the emulated world's time. */
  readonly atMs: number;
  readonly design: 'ours' | 'original';
  readonly what:
    | 'failed'
    | 'detected'
    | 'suspected'
    | 'reported'
    | 'decided'
    | 'replaced'
    | 'deleted'
    | 'created'
    | 'read back'
    | 'announced'
    | 'alarm'
    | 'told'
    | 'probed'
    | 'rerouted'
    | 'hop'
    | 'ping back';
  readonly says: string;
}

/** Collects what happened, in the order of time. */
export class Timeline {
  readonly #entries: Entry[] = [];
  readonly #failedAt: number;
  readonly #speed: number;

  /** @param failedAt ms since the epoch */
  constructor(failedAt: number, speed: number) {
    this.#failedAt = failedAt;
    this.#speed = speed;
  }

  /** @param at ms since the epoch */
  add(at: number, design: Entry['design'], what: Entry['what'], says: string): void {
    this.#entries.push({ atMs: Math.round((at - this.#failedAt) * this.#speed), design, what, says });
  }

  get entries(): readonly Entry[] {
    return this.#entries.toSorted((a, b) => a.atMs - b.atMs);
  }
}
