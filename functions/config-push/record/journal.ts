import type { PushJournal } from '#contracts/push-journal.ts';
import type { Asked, PushRequest } from '#contracts/push-request.ts';
import { logFailure } from '#functions/log-failure.ts';
import { LEASE_FOR_MS } from '../limits/time-budget.ts';
import type { PushPorts } from '../ports.ts';

type Change = Partial<Pick<PushJournal, 'done' | 'finished' | 'applying' | 'installing' | 'leasedUntil'>>;

type Unfinished = NonNullable<PushJournal['applying' | 'installing']>;

/** The journal of one run; it includes the lease. */
export class Journal {
  readonly #ports: PushPorts;
  #entry: PushJournal;
  #revision: number;

  private constructor(entry: PushJournal & { readonly revision: number }, ports: PushPorts) {
    this.#entry = entry;
    this.#revision = entry.revision;
    this.#ports = ports;
  }

  /**
   * Takes the lease.
   *
   * @param last what the journal says now
   * @returns undefined: another run is at work
   */
  static async begin(
    { id, by, requestedBy }: Pick<Asked<PushRequest>, 'id' | 'by' | 'requestedBy'>,
    last: PushJournal | undefined,
    ports: PushPorts,
  ): Promise<Journal | undefined> {
    const at = ports.now();
    const same = last?.id === id && !last.finished ? last : undefined;
    const entry = {
      id,
      by,
      requestedBy,
      at: same?.at ?? at,
      run: ports.run,
      revision: revisionAfter(last),
      leasedUntil: at + LEASE_FOR_MS,
      done: same?.done ?? [],
      finished: false,
      // A pending change must be recovered, by this run or by a later one.
      applying: withOrigin(last?.applying, last),
      installing: withOrigin(last?.installing, last),
    };
    return (await ports.pushes.begin(entry, last, at)) ? new Journal(entry, ports) : undefined;
  }

  /**
   * Takes the lease from the run that `last` belongs to, to end what it began.
   *
   * @returns undefined: another run has taken it
   */
  static async takeOver(last: PushJournal, ports: PushPorts): Promise<Journal | undefined> {
    const leasedUntil = ports.now() + LEASE_FOR_MS;
    const entry = { ...last, run: ports.run, revision: revisionAfter(last), leasedUntil };
    return (await ports.pushes.takeOver(entry, last)) ? new Journal(entry, ports) : undefined;
  }

  /** As it was written last. */
  get entry(): PushJournal {
    return this.#entry;
  }

  /**
   * Writes what the run is about to do.
   *
   * @returns false: the lease was lost, and nothing was written
   * @throws the store's error: it is unknown whether the entry was written
   */
  async recordIntent(change: Change): Promise<boolean> {
    const entry = this.#changed(change);
    const noted = await this.#ports.pushes.update(entry);
    if (noted) this.#entry = entry;
    return noted;
  }

  /**
   * Writes what the run has done. The result does not depend on this write: the next one includes it, and without one
   * the next run finds the intent and asks the router how the attempt ended.
   */
  async recordResult(change: Change): Promise<void> {
    this.#entry = this.#changed(change);
    await logFailure('the journal of the push', this.#ports, () => this.#ports.pushes.update(this.#entry));
  }

  /** A revision is used once, even if the write fails. */
  #changed(change: Change): PushJournal {
    this.#revision += 1;
    return { ...this.#entry, ...change, revision: this.#revision };
  }

  /** Does this run still have the lease? */
  async isOurs(): Promise<boolean> {
    return (await this.#ports.pushes.journal())?.run === this.#entry.run;
  }
}

/** The history has it under the push that began it, whoever ends it. */
function withOrigin<Change extends Unfinished>(change: Change | undefined, last: PushJournal | undefined) {
  if (change === undefined || last === undefined) return undefined;
  const { id, by, requestedBy, at } = last;
  return { ...change, origin: change.origin ?? { id, by, requestedBy, at } };
}

function revisionAfter(last: PushJournal | undefined): number {
  return (last?.revision ?? 0) + 1;
}
