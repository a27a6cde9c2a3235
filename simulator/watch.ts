import type { Pause } from '#failover/memory.ts';
import { type ManagedSite, routeName } from '#failover/site.ts';
import type { Answer, SwapJournal } from '#failover/swap-record.ts';
import type { SwapResult } from '#functions/route-swap/result.ts';
import type { Ec2, Ec2Call } from './ec2.ts';
import { managedTargets } from './managed-targets.ts';
import type { Run } from './platform.ts';
import type { LeaseItem, MemoryOfSite, SiteMemory } from './site-memory.ts';
import type { VirtualTime } from './virtual-time.ts';

/** An invariant that did not hold. */
export interface Violation {
  /** Short and always the same for the same invariant: shrinking keeps it. */
  readonly invariant: string;
  readonly says: string;
  /** ms since the start of the schedule. */
  readonly at: number;
}

/** A swap as the store saw it begin. */
interface Begun {
  readonly journal: SwapJournal;
  readonly run: Run;
  readonly at: number;
  /** Neither a person's nor the end of one that began before. */
  readonly automatic: boolean;
  /** ReplaceRoute calls that took effect. */
  effects: number;
}

/** A pause that a person was told of; undefined: none, or nobody can say. */
type KnownPause = { readonly toldAt: number; readonly until: number } | undefined;

const HOUR_MS = 3_600_000;

/** Holds every step of a schedule against the invariants; the first that breaks ends it. */
export class Watch {
  violation: Violation | undefined;
  readonly swaps = new Map<number, Begun>();
  /** Routes that were moved, by whomever. */
  moves = 0;
  /** Of them, by runs that did without the store: nothing is written down that another run could finish. */
  movesWithoutJournal = 0;
  /** What a person may rely on. */
  pause: KnownPause;
  readonly #newest = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #site: ManagedSite;
  readonly #time: VirtualTime;
  readonly #store: MemoryOfSite;
  readonly #ec2: Ec2;
  readonly #tell: (what: () => string) => void;
  readonly #startedAt: number;
  /** Targets of the managed routes, by name; what EC2 had when the schedule began and what our calls made of it. */
  readonly #targets: Map<string, string>;

  constructor(
    site: ManagedSite,
    {
      time,
      store,
      ec2,
      tell,
    }: { time: VirtualTime; store: MemoryOfSite; ec2: Ec2; tell: (what: () => string) => void },
  ) {
    this.#site = site;
    this.#time = time;
    this.#store = store;
    this.#ec2 = ec2;
    this.#tell = tell;
    this.#startedAt = time.now();
    this.#targets = managedTargets(site, ec2.state());
  }

  break(invariant: string, says: string): void {
    if (this.violation !== undefined) return;
    this.violation = { invariant, says, at: this.#time.now() - this.#startedAt };
    this.#tell(() => `VIOLATED ${invariant}: ${says}`);
  }

  /** When automatic swaps began. */
  automaticSwaps(): readonly number[] {
    return [...this.swaps.values()].filter(({ automatic }) => automatic).map(({ at }) => at);
  }

  /** A write to EC2 leaves a run. */
  issues(run: Run, call: Ec2Call): void {
    this.#tell(() => `${run.id}: ${callName(call)} → ${String(call.input.NetworkInterfaceId)}`);
    this.#checkLease(run, 'issues a call');
    this.#checkPermission(run);
  }

  /** A write to EC2 took effect. */
  written(run: Run, call: Ec2Call): void {
    this.moves += 1;
    if (run.evidence.blind) this.movesWithoutJournal += 1;
    const target = String(call.input.NetworkInterfaceId);
    this.#tell(() => `${run.id}: ${callName(call)} is at ${target} now`);
    this.#checkLease(run, 'still writes');
    this.#checkRoutes(run);
    this.#checkTarget(run, target);
    const swap = this.#store.lease && this.swaps.get(this.#store.lease.epoch);
    if (swap?.run === run) swap.effects += 1;
  }

  /** A write to the store took effect. */
  stored(
    run: Run,
    name: keyof SiteMemory,
    args: readonly unknown[],
    value: unknown,
    before: LeaseItem | undefined,
  ): void {
    if (name === 'begin' && value === true) this.#begun(run, args[0] as SwapJournal, before);
    if (name === 'answer') this.#answered(args[0] as string, args[1] as Answer);
    if (name === 'remember' || name === 'beat')
      this.#remembered(run, name, args[0] as string, args[1] as { at: number });
    if (name === 'setPause') this.#tell(() => `${run.id}: pause is ${JSON.stringify(args[0] as Pause | undefined)}`);
    if (name === 'release') this.#tell(() => `${run.id}: releases ${args.join(', ')}`);
  }

  /** A run says how it went. */
  returned(run: Run, { outcome, owner, says }: SwapResult): void {
    this.#tell(() => `${run.id}: ${outcome}: ${says}`);
    if (outcome !== 'swapped') return;
    const eni = Object.values(this.#site.routers).find(({ name }) => name === owner)?.eni;
    const left = [...managedTargets(this.#site, this.#ec2.state())].filter(([name, target]) => {
      return run.evidence.ours(this.#site).has(name) && target !== eni;
    });
    if (left.length === 0 || this.#store.lease?.journal.run !== run.id) return;
    this.break('swapped-is-true', `${run.id} says that ${owner} has the routes; ${left.join(' ')} do not agree`);
  }

  #begun(run: Run, journal: SwapJournal, before: LeaseItem | undefined): void {
    const { epoch, reason, plan } = journal;
    const earlier = this.swaps.get(epoch);
    if (earlier?.run === run) return;
    const at = this.#time.now();
    this.#tell(() => `${run.id}: begins swap ${epoch} to ${plan.to.router} (${reason}), ${plan.steps.length} routes`);
    if (earlier !== undefined)
      this.break('one-run-an-epoch', `${run.id} and ${earlier.run.id} both hold epoch ${epoch}`);
    if (before !== undefined && before.leasedUntil > at) {
      this.break(
        'lease',
        `${run.id} takes the lease of ${before.journal.run}, which has ${before.leasedUntil - at} ms left`,
      );
    }
    const resumed = before !== undefined && !before.finished && before.journal.plan.to.router === plan.to.router;
    const automatic = run.trigger?.kind !== 'operator' && !resumed && plan.steps.length > 0;
    if (automatic && !journal.automatic) this.break('resume', `${run.id} finishes a swap that nobody began so`);
    if (!automatic && journal.automatic) this.break('hold-down', `${run.id} counts as a new swap`);
    this.#checkTrigger(run, journal);
    if (automatic) this.#checkRest(run);
    if (automatic) this.#checkReason(run, journal);
    this.swaps.set(epoch, { journal, run, at: journal.beganAt, automatic, effects: 0 });
  }

  /** What a router said last stands, in whatever order its words arrive. */
  #remembered(run: Run, name: 'remember' | 'beat', router: string, { at }: { readonly at: number }): void {
    const key = `${name} ${router}`;
    const newest = Math.max(at, this.#newest.get(key) ?? 0);
    this.#newest.set(key, newest);
    const kept = (name === 'beat' ? this.#store.heartbeats : this.#store.statements).get(router)?.at ?? 0;
    if (kept < newest) this.break('newest-statement', `${run.id} makes ${router}'s older word stand`);
  }

  #answered(id: string, { outcome }: Answer): void {
    if (['swapped', 'already'].includes(outcome)) this.#ended.set(id, this.#time.now());
  }

  #checkLease(run: Run, what: string): void {
    const holder = this.#store.lease?.journal.run;
    if (run.evidence.blind || holder === run.id) return;
    this.break('one-writer', `${run.id} ${what} although ${holder ?? 'nobody'} holds the lease`);
  }

  /** Every route that was there is there, where it was or at a router of the pair; none is anybody else's now. */
  #checkRoutes(run: Run): void {
    const now = managedTargets(this.#site, this.#ec2.state());
    const pair = new Set(Object.values(this.#site.routers).map(({ eni }) => eni));
    for (const [name, was] of this.#targets) {
      const is = now.get(name);
      if (is === undefined) this.break('no-route-lost', `${name} is gone (${run.id})`);
      else if (!pair.has(was) && is !== was)
        this.break('foreign-untouched', `${run.id} moved ${name} from ${was} to ${is}`);
      else if (pair.has(was) && !pair.has(is)) this.break('no-route-lost', `${run.id} moved ${name} to ${is}`);
    }
    for (const [name, target] of now) this.#targets.set(name, target);
  }

  #checkTarget(run: Run, target: string): void {
    const router = Object.values(this.#site.routers).find(({ eni }) => eni === target);
    const why = router === undefined ? 'it is none of the pair' : run.evidence.unfitness(router.name);
    if (why !== undefined)
      this.break('only-to-the-fit', `${run.id} moves to ${router?.name ?? target}, although ${why}`);
  }

  /** Mode and pause, by what people were told. */
  #checkPermission(run: Run): void {
    const { trigger, evidence } = run;
    const { mode } = this.#site.policy;
    const overrides = trigger?.kind === 'operator' ? trigger.overrides : [];
    if (trigger?.kind === 'operator' && evidence.blind && !overrides.includes('memory-unreachable'))
      this.break('store-down', `${run.id} moves routes without the store, and nobody set that aside`);
    if (trigger?.kind === 'operator' && overrides.some((each) => each === `mode-${mode}`)) return;
    if (mode !== 'automatic') this.break('mode', `${run.id} moves routes although the mode is ${mode}`);
    const { pause } = this;
    if (evidence.blind || pause === undefined || overrides.includes('paused')) return;
    if (pause.toldAt < evidence.askedAt && evidence.completeAt < pause.until) {
      this.break('pause', `${run.id} moves routes although the site is paused`);
    }
  }

  #checkTrigger(run: Run, { plan, trigger: id }: SwapJournal): void {
    const { evidence, trigger } = run;
    const answered = this.#ended.get(id);
    if (trigger?.kind !== 'operator' && (evidence.replayed || (answered ?? evidence.askedAt) < evidence.askedAt)) {
      this.break('replay', `${run.id} acts on ${id}, which was answered`);
    }
    if (evidence.stale) this.break('stale-report', `${run.id} acts on a report that is too old or too new`);
    const ours = evidence.ours(this.#site);
    const strange = plan.steps.map(routeName).filter((name) => !ours.has(name));
    if (strange.length > 0) this.break('foreign-untouched', `${run.id} plans to move ${strange.join(', ')}`);
  }

  #checkReason(run: Run, { reason, plan }: SwapJournal): void {
    const { evidence } = run;
    const subject = Object.values(this.#site.routers).find(({ name }) => name !== plan.to.router)?.name ?? '';
    const reported = reason === 'reported-by-survivor' || reason === 'owner-left';
    if ((reported || reason === 'ebgp-down-twice') && evidence.objects(subject)) {
      this.break('veto', `${run.id} swaps although ${subject} itself says that it is well`);
    }
    if (reported && this.#site.policy.prefer === 'safety' && !evidence.witnessed(subject)) {
      this.break('safety', `${run.id} swaps on the word of ${plan.to.router} alone`);
    }
  }

  #checkRest(run: Run): void {
    const now = this.#time.now();
    const before = this.automaticSwaps();
    const { holdDownMs, maxSwapsPerHour } = this.#site.policy;
    const last = Math.max(...before, Number.NEGATIVE_INFINITY);
    // The decision is a little older than the write that begins the swap.
    if (run.evidence.completeAt - last < holdDownMs)
      this.break('hold-down', `${run.id} swaps ${now - last} ms after the last`);
    const lastHour = before.filter((at) => run.evidence.completeAt - at < HOUR_MS).length;
    if (lastHour >= maxSwapsPerHour) this.break('too-many', `${run.id} begins swap ${lastHour + 1} of this hour`);
  }
}

function callName({ name, input }: Ec2Call): string {
  return `${name} ${String(input.RouteTableId)} ${String(input.DestinationCidrBlock ?? input.DestinationIpv6CidrBlock)}`;
}
