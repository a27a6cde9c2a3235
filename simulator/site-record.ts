import type { RegionState } from '#emulator/ec2/state.ts';
import type { ManagedSite } from '#failover/site.ts';
import type { BegunSwap, Journal, Lease } from './begun-swap.ts';
import type { Item } from './dynamodb/conditions.ts';
import { plain } from './dynamodb/plain.ts';
import type { Table, Write } from './dynamodb/table.ts';
import type { Ec2, Ec2Call } from './ec2.ts';
import type { GroundTruth } from './ground-truth.ts';
import type { Hooks, RunAnswer } from './invariants/hooks.ts';
import { Ledger } from './ledger.ts';
import { managedTargets } from './managed-targets.ts';
import type { Run } from './platform.ts';
import type { Schedule } from './schedule.ts';
import { PAIRS, ROUTERS, type RouterKey, routerAt, type SimulatedRouter, type SiteName } from './sites.ts';
import type { VirtualTime } from './virtual-time.ts';

/** An invariant that did not hold. */
export interface Violation {
  /** Short and always the same for the same invariant: shrinking keeps it. */
  readonly invariant: string;
  readonly says: string;
  /** ms since the start of the schedule. */
  readonly at: number;
}

/** Other faults during a failure of the owner: of the store, of SSM, any other. */
export type Disturbance = 'store' | 'ssm' | 'other';

/** A confirmed pause; undefined: none, or its state is uncertain. */
export type KnownPause = { readonly announcedAt: number; readonly until: number } | undefined;

export interface RecordWorld {
  readonly name: SiteName;
  readonly site: ManagedSite;
  readonly schedule: Schedule;
  readonly time: VirtualTime;
  readonly table: Table;
  readonly ec2: Ec2;
  readonly truth: GroundTruth;
  readonly note: (what: () => string) => void;
  readonly broken: (violation: Violation) => void;
  /** The invariants that watch this site. */
  readonly watch: (record: SiteRecord) => readonly NamedHooks[];
}

export type NamedHooks = Hooks & { readonly invariant: string };

/** Records every action at one site and checks the invariants; the first violation ends the schedule. */
export class SiteRecord {
  readonly world: RecordWorld;
  readonly ledger: Ledger;
  readonly swaps: BegunSwap[] = [];
  /** Number of moves of routes. */
  moves = 0;
  /** Moves by runs without the store: no journal exists that another run could finish. */
  movesWithoutJournal = 0;
  /** Moves by calls whose client had given up. */
  lateMoves = 0;
  /** Manual moves. */
  movedByHand = 0;
  /** The pause that operators can rely on. */
  pause: KnownPause;
  /** Since when the maintenance of a router is confirmed. */
  readonly maintenance = new Map<RouterKey, number>();
  /** When a router was last reported falsely: a leave event, a false alarm. */
  readonly falselyReportedAt = new Map<RouterKey, number>();
  readonly #disturbed: Record<Disturbance, number> = { store: 0, ssm: 0, other: 0 };
  readonly startedAt: number;
  readonly #hooks: readonly NamedHooks[];
  /** Those of them that watch one kind of action. */
  readonly #hooksOf = new Map<keyof Hooks, readonly NamedHooks[]>();
  #targets: { readonly in: RegionState['routeTables']; readonly byName: ReadonlyMap<string, string> } | undefined;

  constructor(world: RecordWorld) {
    this.world = world;
    this.ledger = new Ledger(world.truth.replacedAt);
    this.startedAt = world.time.now();
    this.#hooks = world.watch(this);
    world.truth.onChange(() => this.#each('changed', (hooks) => hooks.changed?.()));
  }

  get pair(): readonly [SimulatedRouter, SimulatedRouter] {
    return PAIRS[this.world.name];
  }

  /** As it stands in the store. */
  lease: Lease | undefined;
  /** Before the present lease was taken. */
  #lastBegun: Lease | undefined;

  /** Without tentative swaps whose run ended before a route moved. */
  get begunSwaps(): readonly BegunSwap[] {
    return this.swaps.filter(({ tentative, effects, run }) => !tentative || effects > 0 || run.ended === 'no');
  }

  /** Targets of the managed routes, by name, as EC2 has them. */
  targets(): ReadonlyMap<string, string> {
    const { routeTables } = this.world.ec2.state();
    if (this.#targets?.in !== routeTables)
      this.#targets = { in: routeTables, byName: managedTargets(this.world.site, routeTables) };
    return this.#targets.byName;
  }

  /** The router that has all of the pair's routes; undefined: there is no such one. */
  owner(): SimulatedRouter | undefined {
    const holders = new Set([...this.targets().values()].map(routerAt).filter((each) => each !== undefined));
    return holders.size === 1 ? [...holders][0] : undefined;
  }

  /**
   * When automatic swaps began that the store knew of at some time; default: now. Infinite: all of them, since the environment
   * that made one without the store counts it at once.
   */
  automaticSwaps(by = this.world.time.now()): readonly number[] {
    return this.begunSwaps
      .filter((swap) => hasMoved(swap) && isAutomatic(swap) && (swap.countedAt ?? Number.POSITIVE_INFINITY) <= by)
      .map(countedFrom);
  }

  /** Records another fault and when its effects end. */
  disturb(by: Disturbance, until: number): void {
    this.#disturbed[by] = Math.max(this.#disturbed[by], until);
  }

  disturbedSince(by: Disturbance, at: number): boolean {
    return this.#disturbed[by] > at;
  }

  break(invariant: string, says: string): void {
    this.world.broken({ invariant, says, at: this.world.time.now() - this.startedAt });
  }

  /** A write to EC2 leaves a run. */
  issued(run: Run, call: Ec2Call): void {
    this.world.note(() => `${run.id}: ${callName(call)} → ${String(call.input['NetworkInterfaceId'])}`);
    run.decided = true;
    this.#swapOf(run, call).issued += 1;
    this.#each('issued', (hooks) => hooks.issued?.(run, call));
  }

  /** A write to EC2 took effect. */
  written(run: Run, call: Ec2Call, late: boolean): void {
    const target = String(call.input['NetworkInterfaceId']);
    this.moves += 1;
    if (this.bypasses(run)) this.movesWithoutJournal += 1;
    if (late) this.lateMoves += 1;
    this.world.note(() => `${run.id}: ${callName(call)} is at ${target} now${late ? ', late' : ''}`);
    this.#swapOf(run, call).effects += 1;
    this.#each('written', (hooks) => hooks.written?.(run, target, late));
  }

  /** The run goes on without the store. */
  bypasses({ evidence, begin }: Run): boolean {
    return evidence.withoutStore || begin === 'failed';
  }

  /** A write to the store took effect. */
  stored(run: Run, write: Write): void {
    this.ledger.kept(run, write.sk, write.at);
    if (write.sk === 'lease')
      this.#leaseWritten(run, write.before && leaseOf(write.before), write.after && leaseOf(write.after));
    if (write.sk.startsWith('unjournaled#')) this.#counted(run, write.at);
    if (write.sk === 'pause') {
      this.world.note(() => `${run.id}: pause is ${JSON.stringify(write.after && plain(write.after)['pause'])}`);
    }
    this.#each('stored', (hooks) => hooks.stored?.(run, write));
  }

  #leaseWritten(run: Run, before: Lease | undefined, after: Lease | undefined): void {
    this.lease = after;
    if (before !== undefined && isWithdrawal(before, after))
      return this.world.note(() => `${run.id}: withdraws ${before.epoch}`);
    if (after === undefined) return this.break('lease', `${run.id} deletes the record of the last swap`);
    if (before?.journal.run !== after.journal.run || before.epoch !== after.epoch) {
      this.#lastBegun = before && this.settled(before);
      this.#each('leased', (hooks) => hooks.leased?.(run, before, after));
      // Of a tentative swap it is not known yet whether it is decided.
      if (after.itemBefore === undefined) this.#begun(run, after.epoch, after.journal, this.#lastBegun);
      else this.world.note(() => `${run.id}: takes the lease of swap ${after.epoch} tentatively`);
      return;
    }
    if (before.itemBefore !== undefined && after.itemBefore === undefined) {
      const swap = this.swaps.findLast((each) => each.epoch === after.epoch && each.run === run);
      (swap ?? this.#begun(run, after.epoch, after.journal, this.#lastBegun)).tentative = false;
    }
    if (after.leasedUntil <= this.world.time.now()) this.world.note(() => `${run.id}: releases ${after.epoch}`);
  }

  /** The record of the last swap that has begun: a tentative one whose run ended before a route moved has not. */
  settled(lease: Lease): Lease | undefined {
    if (lease.itemBefore === undefined) return lease;
    const { epoch, journal } = lease;
    const moved = this.swaps.some((swap) => swap.epoch === epoch && swap.run.id === journal.run && swap.effects > 0);
    return moved ? lease : (lease.itemBefore ?? undefined);
  }

  /** Swaps that were made without the store are written down once it takes them, by the environment that made them. */
  #counted({ environment }: Run, at: number): void {
    for (const swap of this.swaps) if (swap.run.environment === environment) swap.countedAt ??= at;
  }

  /** The run announces something to operators. */
  announced(run: Run): void {
    this.#each('announced', (hooks) => hooks.announced?.(run));
  }

  /** A run that may move routes has ended; without an answer if it was interrupted. */
  ended(run: Run, answer: RunAnswer | undefined): void {
    this.world.note(() => `${run.id}: ${answer === undefined ? run.ended : `${answer.outcome}: ${answer.says}`}`);
    this.#each('ended', (hooks) => hooks.ended?.(run, answer));
  }

  /** The API answered a caller. */
  answered(run: Run, caller: string, status: number): void {
    this.#each('answered', (hooks) => hooks.answered?.(run, caller, status));
  }

  #each(kind: keyof Hooks, ask: (hooks: Hooks) => string | undefined): void {
    for (const hooks of this.#watching(kind)) {
      const says = ask(hooks);
      if (says !== undefined) return this.break(hooks.invariant, says);
    }
  }

  #watching(kind: keyof Hooks): readonly NamedHooks[] {
    const known = this.#hooksOf.get(kind);
    if (known !== undefined) return known;
    const watching = this.#hooks.filter((hooks) => hooks[kind] !== undefined);
    this.#hooksOf.set(kind, watching);
    return watching;
  }

  /** The swap that a call belongs to. One without the store begins with its first call. */
  #swapOf(run: Run, call: Ec2Call): BegunSwap {
    const found = this.swaps.findLast((swap) => swap.run === run);
    if (found !== undefined) return found;
    const { lease } = this;
    if (lease?.journal.run === run.id && lease.itemBefore !== undefined)
      return this.#begun(run, lease.epoch, lease.journal, this.#lastBegun);
    const journal: Journal = {
      run: run.id,
      reason: 'without the store',
      automatic: run.request.kind !== 'operator',
      // It counts from its decision on, before its first call.
      beganAt: run.evidence.completeAt,
      to: { eni: String(call.input['NetworkInterfaceId']) },
    };
    return this.#begun(run, undefined, journal, this.lease);
  }

  #begun(run: Run, epoch: number | undefined, journal: Journal, before: Lease | undefined): BegunSwap {
    const { eni } = journal.to;
    const to = routerAt(eni) ?? this.pair[1];
    const from = ROUTERS[to.peer];
    const last = this.begunSwaps.at(-1);
    const earlier = last?.to.eni ?? before?.journal.to.eni;
    const moves = [...this.targets().values()].some((target) => target === from.eni);
    const swap: BegunSwap = {
      epoch,
      run,
      at: journal.beganAt,
      reason: journal.reason,
      from,
      to,
      automatic: run.request.kind !== 'operator' && earlier !== eni && moves,
      countsAsAutomatic: journal.automatic,
      certain: run.evidence.certainlyFailed(from),
      before,
      retried: last?.to === to && !hasMoved(last) ? last : undefined,
      tentative: this.lease?.journal.run === run.id && this.lease.itemBefore !== undefined,
      countedAt: epoch === undefined ? undefined : this.world.time.now(),
      issued: 0,
      effects: 0,
    };
    this.world.note(() => `${run.id}: begins swap ${epoch ?? 'without the store'} to ${to.name} (${journal.reason})`);
    this.#each('begun', (hooks) => hooks.begun?.(swap));
    this.swaps.push(swap);
    return swap;
  }
}

/** Whether it has moved a route, or still may. */
function hasMoved({ effects, run }: BegunSwap): boolean {
  return effects > 0 || run.ended === 'no';
}

/** In place of one that moved no route, it is what it counts as, or finishes what that one was. */
function isAutomatic({ automatic, retried, countsAsAutomatic }: BegunSwap): boolean {
  return automatic || (retried !== undefined && (countsAsAutomatic || isAutomatic(retried)));
}

/** When it began, ms since the epoch; of one that finishes a swap which had moved no route, when that one did. */
function countedFrom({ at, retried, countsAsAutomatic }: BegunSwap): number {
  return retried === undefined || countsAsAutomatic ? at : countedFrom(retried);
}

/** The item is again as it was before a tentative swap. */
function isWithdrawal({ itemBefore }: Lease, after: Lease | undefined): boolean {
  if (itemBefore === undefined) return false;
  return after?.epoch === itemBefore?.epoch && after?.journal.run === itemBefore?.journal.run;
}

function leaseOf(item: Item): Lease {
  return plain(item) as unknown as Lease;
}

function callName({ name, input }: Ec2Call): string {
  const destination = input['DestinationCidrBlock'] ?? input['DestinationIpv6CidrBlock'];
  return `${name} ${String(input['RouteTableId'])} ${String(destination)}`;
}
