import { CallPacer, MUTATING_CALLS } from '#failover/call-pacer.ts';
import type { ManagedSite } from '#failover/site.ts';
import { AttachedInstances } from '#functions/attached-instances.ts';
import type { ProbePorts } from '#functions/health-probe/ports.ts';
import { AnnouncedOutcomes } from '#functions/route-swap/announced-outcomes.ts';
import { PreparedObservations } from '#functions/route-swap/prepared-observations.ts';
import { UnjournaledSwaps } from '#functions/route-swap/unjournaled-swaps.ts';
import { type Choice, Environments } from './environments.ts';
import { Evidence, type Request } from './evidence.ts';
import { PreparedEvidence } from './prepared-evidence.ts';
import { Chance } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One invocation of a function. */
export interface Run {
  /** Unique, and the same in each replay. */
  readonly id: string;
  /** What asked for it. */
  readonly request: Request;
  readonly of: FunctionName;
  readonly chance: Chance;
  /** What it has from the runs before it. */
  readonly environment: Environment;
  /** ms of virtual time. */
  readonly beganAt: number;
  /** ms of virtual time: the function is ended then. */
  readonly until: number;
  readonly evidence: Evidence;
  /** Calls to the outside so far. */
  steps: number;
  /** Number of calls after which the run is ended; undefined: it is not. */
  readonly crashAfter: number | undefined;
  /** An operator's request at a certain step of the run. */
  readonly operatorAction: { readonly afterSteps: number; readonly act: () => void } | undefined;
  ended: 'no' | 'returned' | 'failed' | 'crashed' | 'timed out';
  /** Calls to the site's store that failed for good. */
  storeFailed: number;
  /** Calls to EC2 whose client gave up before EC2 executed or refused them. */
  lateWrites: number;
  /** The result of its request for the lease. */
  begin: 'began' | 'too late' | 'failed' | undefined;
  /** It has decided: what it reads from now on is no ground of its decision. */
  decided: boolean;
}

export type Ended<T> =
  | { readonly kind: 'returned'; readonly value: T }
  | { readonly kind: 'failed' | 'killed'; readonly why: string };

export type FunctionName = 'route-swap' | 'health-probe';

interface Invocation {
  readonly id: string;
  /** Default: route-swap. */
  readonly of?: FunctionName;
  readonly request: Request;
  readonly timeoutMs: number;
}

/** What a run leaves to the next one in its environment. */
interface Environment {
  readonly pacer: CallPacer;
  readonly announcedOutcomes: AnnouncedOutcomes;
  readonly attached: AttachedInstances;
  readonly unjournaled: UnjournaledSwaps;
  readonly prepared: PreparedObservations;
  readonly recent: ProbePorts['recent'];
}

/** Lambda: as many runs at once as are asked for, each in an environment that later runs use again. */
export class Platform {
  /** Runs so far, by what they were for. */
  readonly #numbers = new Map<string, number>();
  readonly #seed: string;
  readonly #time: VirtualTime;
  readonly #environments: Readonly<Record<FunctionName, Environments<Environment>>>;
  readonly #coldStartMs: number;
  readonly #prepared = new PreparedEvidence();
  readonly #kills = new Map<Run, (why: 'crashed' | 'timed out') => void>();
  /** The next run that is ended, and after how many steps; `any`: also a run that moves no routes. */
  nextCrash: { readonly afterSteps: number; readonly any: boolean } | undefined;
  /** An operator's request at a certain step of the next run that may move routes. */
  nextOperatorAction: { readonly afterSteps: number; readonly act: () => void } | undefined;

  /** The next run is served by another environment than the last used one. */
  isNextElsewhere = false;
  /** Until when runs are served by another environment than the last used one, ms. */
  otherEnvironmentsUntil = 0;

  /** @param coldStartMs time that a new environment takes to start */
  constructor(seed: string, time: VirtualTime, site: ManagedSite, coldStartMs = 0) {
    const environments = () => new Environments(() => newEnvironment(site, time.now));
    this.#environments = { 'route-swap': environments(), 'health-probe': environments() };
    this.#seed = seed;
    this.#time = time;
    this.#coldStartMs = coldStartMs;
  }

  /** AWS ends every idle environment. */
  endEnvironments(): void {
    for (const environments of Object.values(this.#environments)) environments.end();
  }

  /** Runs a procedure to its end, or to the end of its environment. Never rejects. */
  async invoke<T>(
    { id, of = 'route-swap', request, timeoutMs }: Invocation,
    story: (run: Run) => Promise<T>,
    over?: (run: Run, value: T | undefined) => void,
  ): Promise<Ended<T>> {
    const isElsewhere = this.isNextElsewhere || this.#time.now() < this.otherEnvironmentsUntil;
    const choice: Choice = isElsewhere ? 'another' : 'last-used';
    this.isNextElsewhere = false;
    const { environment, isNew } = this.#environments[of].take(choice);
    if (isNew && this.#coldStartMs > 0) await this.#time.sleep(this.#coldStartMs);
    return this.#execute(this.#start({ id, of, request, timeoutMs }, environment), story, over);
  }

  #execute<T>(
    run: Run,
    story: (run: Run) => Promise<T>,
    over?: (run: Run, value: T | undefined) => void,
  ): Promise<Ended<T>> {
    return new Promise((resolve) => {
      const end = (how: Run['ended'], ended: Ended<T>) => {
        if (run.ended !== 'no') return;
        run.ended = how;
        this.#kills.delete(run);
        if (ended.kind === 'returned') this.#prepared.add(run.environment, run.evidence);
        if (ended.kind !== 'killed') this.#environments[run.of].give(run.environment);
        over?.(run, ended.kind === 'returned' ? ended.value : undefined);
        resolve(ended);
      };
      this.#kills.set(run, (why) => end(why, { kind: 'killed', why }));
      this.#time.after(run.until - run.beganAt, () => this.#kill(run, 'timed out'));
      story(run).then(
        (value) => end('returned', { kind: 'returned', value }),
        (error: unknown) => end('failed', { kind: 'failed', why: String(error) }),
      );
    });
  }

  #start({ id: name, of, request, timeoutMs }: Required<Invocation>, environment: Environment): Run {
    const number = (this.#numbers.get(name) ?? 0) + 1;
    this.#numbers.set(name, number);
    const id = `${name}/${number}`;
    const now = this.#time.now();
    const moves = mayMove(request);
    const dies = this.nextCrash?.any === true || moves;
    const run: Run = {
      id,
      request,
      of,
      chance: new Chance(this.#seed, id),
      environment,
      beganAt: now,
      until: now + timeoutMs,
      evidence: new Evidence(request, this.#prepared.for(environment, request)),
      steps: 0,
      crashAfter: dies ? this.nextCrash?.afterSteps : undefined,
      ended: 'no',
      storeFailed: 0,
      begin: undefined,
      decided: false,
      lateWrites: 0,
      operatorAction: moves ? this.nextOperatorAction : undefined,
    };
    if (dies) this.nextCrash = undefined;
    if (moves) this.nextOperatorAction = undefined;
    return run;
  }

  #kill(run: Run, why: 'crashed' | 'timed out'): void {
    this.#kills.get(run)?.(why);
  }

  /** A call of a run to AWS. A run can be ended before the call or before its answer arrives. */
  async call<T>(run: Run, act: () => Promise<T>): Promise<T> {
    if (run.steps === run.crashAfter) this.#kill(run, 'crashed');
    if (run.steps === run.operatorAction?.afterSteps) run.operatorAction.act();
    run.steps += 1;
    if (run.ended !== 'no') return never();
    try {
      const value = await act();
      return run.ended === 'no' ? value : await never();
    } catch (error) {
      if (run.ended === 'no') throw error;
      return never();
    }
  }
}

function newEnvironment(site: ManagedSite, now: () => number): Environment {
  return {
    pacer: new CallPacer(MUTATING_CALLS, now()),
    announcedOutcomes: new AnnouncedOutcomes(),
    attached: new AttachedInstances(site, now),
    unjournaled: new UnjournaledSwaps(),
    prepared: new PreparedObservations(),
    recent: { rounds: [], areStored: false },
  };
}

function mayMove({ kind }: Request): boolean {
  return kind === 'report' || kind === 'suspicion' || kind === 'ec2' || kind === 'probe' || kind === 'operator';
}

/** A promise of its own for each waiter: one for all of them would keep every world in memory that a killed run has seen. */
function never(): Promise<never> {
  return new Promise(() => {});
}
