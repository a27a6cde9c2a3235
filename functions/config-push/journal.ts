import type { PushJournal } from '#aws/push-store.ts';
import type { PushRequest } from './request.ts';
import { LEASE_FOR_MS } from './time-budget.ts';
import type { PushTools } from './tools.ts';

/** The journal of one run, and with it the lease. */
export class Journal {
  readonly #pushes: PushTools['pushes'];
  #entry: PushJournal;

  private constructor(entry: PushJournal, { pushes }: PushTools) {
    this.#entry = entry;
    this.#pushes = pushes;
  }

  /**
   * Takes the lease.
   *
   * @param last what the journal says now
   * @returns undefined: another run is at work
   */
  static async begin(
    { id, by }: PushRequest,
    last: PushJournal | undefined,
    tools: PushTools,
  ): Promise<Journal | undefined> {
    const at = tools.now();
    const same = last?.id === id && !last.finished ? last : undefined;
    const entry: PushJournal = {
      id,
      by,
      at: same?.at ?? at,
      run: tools.run,
      leasedUntil: at + LEASE_FOR_MS,
      done: same?.done ?? [],
      finished: false,
      // Whoever finds it must settle it, and that may be somebody after us.
      applying: last?.applying,
    };
    return (await tools.pushes.begin(entry, last, at)) ? new Journal(entry, tools) : undefined;
  }

  /**
   * Takes the lease from the run that `last` belongs to, to end what it began.
   *
   * @returns undefined: somebody else has it by now
   */
  static async takeOver(last: PushJournal, tools: PushTools): Promise<Journal | undefined> {
    const entry = { ...last, run: tools.run, leasedUntil: tools.now() + LEASE_FOR_MS };
    return (await tools.pushes.takeOver(entry, last)) ? new Journal(entry, tools) : undefined;
  }

  /** As it was written last. */
  get entry(): PushJournal {
    return this.#entry;
  }

  /** @returns false: the lease was lost, and nothing was written */
  async note(change: Partial<Pick<PushJournal, 'done' | 'finished' | 'applying' | 'leasedUntil'>>): Promise<boolean> {
    const entry = { ...this.#entry, ...change };
    const noted = await this.#pushes.update(entry);
    if (noted) this.#entry = entry;
    return noted;
  }

  /** Is it still ours? */
  async isOurs(): Promise<boolean> {
    return (await this.#pushes.journal())?.run === this.#entry.run;
  }
}
