import { CallPacer, MUTATING_CALLS } from '#failover/call-pacer.ts';
import type { Trigger } from '#failover/trigger.ts';
import { Told } from '#functions/route-swap/told.ts';
import { Evidence } from './evidence.ts';
import { Chance } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One invocation of a function. */
export interface Run {
  /** Unique, and the same in each replay. */
  readonly id: string;
  readonly trigger: Trigger | undefined;
  readonly chance: Chance;
  readonly pacer: CallPacer;
  readonly told: Told;
  /** ms of virtual time. */
  readonly beganAt: number;
  /** ms of virtual time: the function is killed then. */
  readonly until: number;
  readonly evidence: Evidence;
  /** Calls to the outside so far. */
  steps: number;
  /** Dies before the call after so many; undefined: it does not. */
  readonly crashAfter: number | undefined;
  ended: 'no' | 'returned' | 'failed' | 'crashed' | 'timed out';
  /** A write to the site's memory failed for good. */
  storeFailed: boolean;
}

export type Ended<T> =
  | { readonly kind: 'returned'; readonly value: T }
  | { readonly kind: 'failed' | 'killed'; readonly why: string };

/** What a run leaves to the next one in its environment. */
type Environment = Pick<Run, 'pacer' | 'told'>;

/** Lambda: as many runs at once as are asked for, each in an environment that later runs use again. */
export class Platform {
  /** Runs so far, by what they were for. */
  readonly #numbers = new Map<string, number>();
  readonly #seed: number;
  readonly #time: VirtualTime;
  readonly #idle: Environment[] = [];
  readonly #kills = new Map<Run, (why: 'crashed' | 'timed out') => void>();
  /** The next run dies after so many steps; unless any will do, one that may move routes. */
  crashNext: { readonly afterSteps: number; readonly any: boolean } | undefined;

  constructor(seed: number, time: VirtualTime) {
    this.#seed = seed;
    this.#time = time;
  }

  /** Runs a story to its end, or to the end of its environment. Never rejects. */
  invoke<T>(
    { id, trigger, timeoutMs }: { readonly id: string; readonly trigger?: Trigger; readonly timeoutMs: number },
    story: (run: Run) => Promise<T>,
  ): Promise<Ended<T>> {
    const run = this.#start(id, trigger, timeoutMs);
    return new Promise((resolve) => {
      const end = (how: Run['ended'], ended: Ended<T>) => {
        if (run.ended !== 'no') return;
        run.ended = how;
        this.#kills.delete(run);
        if (ended.kind !== 'killed') this.#idle.push({ pacer: run.pacer, told: run.told });
        resolve(ended);
      };
      this.#kills.set(run, (why) => end(why, { kind: 'killed', why }));
      this.#time.after(timeoutMs, () => this.#kill(run, 'timed out'));
      story(run).then(
        (value) => end('returned', { kind: 'returned', value }),
        (error: unknown) => end('failed', { kind: 'failed', why: String(error) }),
      );
    });
  }

  #start(name: string, trigger: Trigger | undefined, timeoutMs: number): Run {
    const number = (this.#numbers.get(name) ?? 0) + 1;
    this.#numbers.set(name, number);
    const id = `${name}/${number}`;
    const now = this.#time.now();
    const dies = this.crashNext?.any === true || trigger !== undefined;
    const { pacer, told } = this.#idle.pop() ?? { pacer: new CallPacer(MUTATING_CALLS, now), told: new Told() };
    const run: Run = {
      id,
      trigger,
      chance: new Chance(this.#seed, id),
      pacer,
      told,
      beganAt: now,
      until: now + timeoutMs,
      evidence: new Evidence(trigger),
      steps: 0,
      crashAfter: dies ? this.crashNext?.afterSteps : undefined,
      ended: 'no',
      storeFailed: false,
    };
    if (dies) this.crashNext = undefined;
    return run;
  }

  #kill(run: Run, why: 'crashed' | 'timed out'): void {
    this.#kills.get(run)?.(why);
  }

  /** A call of a run to the outside: where a run can die, before the call goes out or before its answer is heard. */
  async call<T>(run: Run, act: () => Promise<T>): Promise<T> {
    if (run.steps === run.crashAfter) this.#kill(run, 'crashed');
    run.steps += 1;
    if (run.ended !== 'no') return NEVER;
    try {
      const value = await act();
      return run.ended === 'no' ? value : await NEVER;
    } catch (error) {
      if (run.ended === 'no') throw error;
      return NEVER;
    }
  }
}

const NEVER = new Promise<never>(() => {});
