import type { ReplaceOutcome } from '#aws/route-tables.ts';
import type { Ec2Facts } from '#aws/routers.ts';
import { EVENTS } from '#contracts/events.ts';
import type { DetailedPush, DetailedSwap, HistoryEntry } from '#contracts/history.ts';
import type { PushJournal } from '#contracts/push-journal.ts';
import type { KeptRequest } from '#contracts/request-progress.ts';
import type { RecordedAnswer } from '#contracts/swap-progress.ts';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { CallPacer, MUTATING_CALLS } from '#failover/call-pacer.ts';
import { LEASE_MS } from '#failover/limits.ts';
import type { BgpEvidence, RouteFact } from '#failover/observation.ts';
import type { Notice } from '#failover/scheduled-event.ts';
import { type ManagedRoute, type ManagedSite, routeName, routerNamed, routersOf } from '#failover/site.ts';
import type { Contact, FromInstance, StoredSite } from '#failover/stored-site.ts';
import {
  type Heartbeat,
  type LeaseState,
  NOTHING_STORED,
  type ProbeRound,
  type StoredState,
} from '#failover/stored-state.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import { withUnjournaled } from '#failover/unjournaled-swaps.ts';
import { AttachedInstances } from '#functions/attached-instances.ts';
import type { ProbePorts } from '#functions/health-probe/ports.ts';
import { AnnouncedOutcomes } from '#functions/route-swap/announced-outcomes.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { PreparedObservations } from '#functions/route-swap/prepared-observations.ts';
import { UnjournaledSwaps } from '#functions/route-swap/unjournaled-swaps.ts';
import type { SiteStore } from '#functions/site-store.ts';
import { type ExistingRouter, NOW, readOn, SITE } from '../failover/situation.ts';

export type FakeStore = Pick<SiteStore, keyof SiteStore>;

/** Calls that change something. */
const WRITES: ReadonlySet<keyof FakeStore> = new Set<keyof FakeStore>([
  'recordClaim',
  'recordHeartbeat',
  'recordContact',
  'recordWitnessReport',
  'setPause',
  'endPause',
  'setAcknowledgement',
  'setMaintenance',
  'endMaintenance',
  'setHealth',
  'setAnnouncedPause',
  'setAnnouncedEvents',
  'setNotice',
  'deleteNotice',
  'recordRounds',
  'begin',
  'beginTentatively',
  'withdraw',
  'renew',
  'release',
  'countUnjournaled',
  'recordAnswer',
  'recordHistory',
  'recordDetail',
  'recordInterface',
  'forgetInterface',
]);

function begunBy(journal: SwapJournal, before: readonly number[], now: number): LeaseState {
  const { epoch, to, reason, beganAt, automatic } = journal;
  return {
    epoch,
    leasedUntil: now + LEASE_MS,
    unfinished: { epoch, to: to.eni, reason },
    lastTarget: to.eni,
    lastBeganAt: beganAt,
    automaticSwaps: automatic ? [...before, now] : before,
  };
}

/** One function's tools stand in for another's. */
type ProbeMetrics = Pick<ProbePorts, 'metric' | 'routerMetric'>;

/** A world in memory for the procedures of the functions: routes, a store, a clock that only `sleep` moves. */
export class FakeWorld {
  readonly site: ManagedSite;
  now = NOW;
  readonly targets = new Map<string, string>();
  ec2: Record<string, Ec2Facts> = {};
  stored: StoredState = NOTHING_STORED;
  /** By interface, as the store keeps them. */
  readonly evidence: Record<string, FromInstance<BgpEvidence>> = {};
  readonly heartbeats: Record<string, FromInstance<Heartbeat>> = {};
  readonly contacts: Record<string, FromInstance<Contact>> = {};
  /** Both routers show all the time that their reports arrive. */
  keepsContact = true;
  readonly journals: SwapJournal[] = [];
  /** Epochs of tentative swaps that were withdrawn. */
  readonly withdrawn: number[] = [];
  readonly released: { readonly epoch: number; readonly finished: boolean }[] = [];
  readonly answers: Record<string, RecordedAnswer> = {};
  readonly history: HistoryEntry[] = [];
  readonly detailed: DetailedSwap[] = [];
  readonly detailedPushes: DetailedPush[] = [];
  readonly announced: { readonly type: string; readonly detail: Readonly<Record<string, unknown>> }[] = [];
  readonly metrics: { readonly name: string; readonly value: number }[] = [];
  readonly logged: { readonly level: string; readonly message: string }[] = [];
  readonly replaced: string[] = [];
  /** The journal of config-push. */
  push: PushJournal | undefined;
  /** By id. */
  readonly pushRequests = new Map<string, KeptRequest>();
  /** What the next ReplaceRoute calls answer instead of doing it. */
  faults: ReplaceOutcome[] = [];
  /** Reads of the routes that still show what was before. */
  staleReads = 0;
  readonly announcedOutcomes = new AnnouncedOutcomes();
  /** Outlives the run. */
  readonly attached: AttachedInstances;
  /** What was logged beside the messages. */
  readonly details: unknown[] = [];
  readonly unjournaled = new UnjournaledSwaps();
  /** What this environment of route-swap has prepared. */
  prepared = new PreparedObservations();
  /** The rounds that health-probe's environment keeps. */
  readonly recent: ProbePorts['recent'] = { rounds: [], areStored: false };
  /** The store answers nothing. */
  storeDown = false;
  /** Calls of the store that fail. */
  deniedCalls: ReadonlySet<keyof FakeStore> = new Set();
  /** Calls of the store that are carried out, and whose answer is lost: one each. */
  lostAnswers: (keyof FakeStore)[] = [];
  /** What route-swap finds in a rehearsal. */
  problems: string[] = [];
  #before = new Map<string, string>();

  constructor(site: ManagedSite = SITE) {
    this.site = site;
    this.attached = new AttachedInstances(site, () => this.now);
    for (const route of site.routes) this.targets.set(routeName(route), site.routers.active.eni);
    for (const { name } of Object.values(site.routers)) {
      this.ec2[name] = { instance: 'running', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' };
    }
  }

  /** The store answers reads, and takes no write. */
  makeStoreReadOnly(): void {
    this.deniedCalls = WRITES;
  }

  /** What a router said of its sessions in a report, as the store keeps it. */
  hasSaid(router: string, at: number, bgp: BgpCounts): void {
    const { eni, instance } = this.#reached(router);
    this.evidence[eni] = { instance, content: { by: 'itself', at, bgp } };
  }

  /** A router's heartbeat, as the store keeps it. */
  hasBeaten(router: string, heartbeat: Heartbeat): void {
    const { eni, instance } = this.#reached(router);
    this.heartbeats[eni] = { instance, content: heartbeat };
  }

  /** What a round of the probe found, by router name; undefined: the router did not answer. */
  round(at: number, found: Readonly<Record<string, BgpCounts | undefined>>): ProbeRound {
    const readings = Object.entries(found).map(([name, bgp]) => {
      const router = this.#reached(name);
      return [router.eni, bgp === undefined ? null : readOn(router, bgp)] as const;
    });
    return { at, readings: Object.fromEntries(readings) };
  }

  /** A router, with the instance that it is by the topology, or by EC2 if it is a created one. */
  #reached(name: string): ExistingRouter {
    const router = routerNamed(this.site, name);
    const instance = router?.instance ?? this.ec2[name]?.attachedTo;
    if (router === undefined || instance === undefined) throw new Error(`no router ${name}, or no instance of it`);
    return { ...router, instance };
  }

  tools<Change extends object>(
    change?: Change,
  ): SwapPorts & ProbeMetrics & { store: FakeStore } & Pick<ProbePorts, 'recent'> & Change {
    const log = (level: string) => (message: string, more?: unknown) => {
      this.logged.push({ level, message });
      if (more !== undefined) this.details.push(more);
    };
    return {
      site: this.site,
      account: { partition: 'aws', id: '123456789012' },
      attached: this.attached,
      run: 'run-1',
      deadline: this.now + 10_000,
      pacer: new CallPacer(MUTATING_CALLS, this.now),
      announcedOutcomes: this.announcedOutcomes,
      unjournaled: this.unjournaled,
      prepared: this.prepared,
      recent: this.recent,
      readBgp: () => Promise.resolve({ kind: 'silent', why: 'no answer' } as const),
      examineRouter: () => Promise.resolve({ kind: 'silent', why: 'no answer' } as const),
      bootParameters: async () => ({}),
      pushJournal: () => Promise.resolve(this.push),
      pushRequest: (id) => Promise.resolve(this.pushRequests.get(id)),
      rehearseReplace: () => Promise.resolve(this.faults.shift() ?? 'replaced'),
      now: () => this.now,
      sleep: (ms) => {
        this.now += ms;
        return Promise.resolve();
      },
      describeRoutes: (routes) => Promise.resolve(routes.map((route) => this.#read(route))),
      describeRouters: (routers) => this.attached.describe(routers, () => Promise.resolve(this.ec2)),
      replaceRoute: (route, eni) => Promise.resolve(this.#replace(route, eni)),
      store: this.#throughTheNetwork(this.#store()),
      announce: async (type, detail) => {
        EVENTS[type].parse(JSON.parse(JSON.stringify(detail)));
        this.announced.push({ type, detail });
      },
      metric: (name, value) => void this.metrics.push({ name, value }),
      routerMetric: (name, value) => void this.metrics.push({ name, value }),
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      ...(change as Change),
    };
  }

  #read({ table, destination }: ManagedRoute): RouteFact {
    const stale = this.staleReads > 0 && this.replaced.length > 0;
    const target = (stale ? this.#before : this.targets).get(`${table} ${destination}`);
    if (stale) this.staleReads -= 1 / this.site.routes.length;
    return {
      table,
      destination,
      target,
      state: target === undefined ? 'missing' : 'active',
      origin: target && 'static',
    } as RouteFact;
  }

  #replace(route: ManagedRoute, eni: string): ReplaceOutcome {
    const fault = this.faults.shift();
    if (fault !== undefined && fault !== 'replaced') return fault;
    if (this.replaced.length === 0) this.#before = new Map(this.targets);
    this.targets.set(routeName(route), eni);
    this.replaced.push(routeName(route));
    return 'replaced';
  }

  /** Calls get lost on the way there, or their answers on the way back. */
  #throughTheNetwork(store: FakeStore): FakeStore {
    const call = async (name: keyof FakeStore, args: never[]): Promise<unknown> => {
      if (this.storeDown || this.deniedCalls.has(name)) throw new Error('connect ETIMEDOUT');
      const answer = await (store[name] as (...given: never[]) => Promise<unknown>)(...args);
      const lost = this.lostAnswers.indexOf(name);
      if (lost === -1) return answer;
      this.lostAnswers.splice(lost, 1);
      throw new Error('the answer was lost');
    };
    return new Proxy(store, {
      get:
        (_, name) =>
        (...args: never[]) =>
          call(name as keyof FakeStore, args),
    });
  }

  #change(change: Partial<StoredState>): Promise<void> {
    this.stored = { ...this.stored, ...change };
    return Promise.resolve();
  }

  #leaseState(): LeaseState {
    const { epoch, leasedUntil, unfinished, lastTarget, lastBeganAt, automaticSwaps } = this.stored;
    return { epoch, leasedUntil, unfinished, lastTarget, lastBeganAt, automaticSwaps };
  }

  #contacts(): StoredSite['contacts'] {
    if (!this.keepsContact) return { ...this.contacts };
    return Object.fromEntries(
      routersOf(this.site).map(({ name, eni, instance }) => [
        eni,
        { instance: instance ?? this.ec2[name]?.attachedTo ?? '', content: { at: this.now } },
      ]),
    );
  }

  #store(): FakeStore {
    return {
      read: (id): Promise<StoredSite> =>
        Promise.resolve({
          stored: { ...this.stored, answered: id === undefined ? undefined : this.answers[id] },
          evidence: { ...this.evidence },
          heartbeats: { ...this.heartbeats },
          contacts: this.#contacts(),
          lease: this.stored.epoch === 0 ? undefined : { ...this.#leaseState(), isTentative: this.stored.tentative },
        }),
      history: (limit) => Promise.resolve(this.history.toReversed().slice(0, limit)),
      recordWitnessReport: (testimony) => this.#change({ witnessReports: [...this.stored.witnessReports, testimony] }),
      setPause: (pause) => this.#change({ pause }),
      endPause: () => this.#change({ pause: undefined }),
      setAcknowledgement: (acknowledgement) => this.#change({ acknowledgement }),
      setAnnouncedPause: async (toldPause) => {
        if (JSON.stringify(toldPause) === JSON.stringify(this.stored.announcedPause)) return false;
        await this.#change({ announcedPause: toldPause });
        return true;
      },
      setAnnouncedEvents: async (announcedEvents, before) => {
        if (JSON.stringify(before) !== JSON.stringify(this.stored.announcedEvents)) return false;
        await this.#change({ announcedEvents });
        return true;
      },
      setNotice: (notice) => this.#change({ notices: [...this.#others(notice), notice] }),
      deleteNotice: (notice) => this.#change({ notices: this.#others(notice) }),
      setHealth: (health) => this.#change({ health }),
      setMaintenance: (eni, maintenance) =>
        this.#change({ maintenance: { ...this.stored.maintenance, [eni]: maintenance } }),
      endMaintenance: (eni) => {
        const { [eni]: _, ...others } = this.stored.maintenance;
        return this.#change({ maintenance: others });
      },
      operatorOrders: (eni) => Promise.resolve({ pause: this.stored.pause, maintenance: this.stored.maintenance[eni] }),
      recordClaim: ({ eni, instance }, content) =>
        Promise.resolve(void (this.evidence[eni] = { instance, content: content })),
      recordHeartbeat: ({ eni, instance }, content) =>
        Promise.resolve(
          void (this.heartbeats[eni] = {
            instance,
            content: { ...content, since: this.heartbeats[eni]?.content.since ?? content.at },
          }),
        ),
      recordContact: ({ eni, instance }, content) =>
        Promise.resolve(void (this.contacts[eni] = { instance, content: content })),
      recordRounds: async (probes, seen) => {
        const { probes: there } = this.stored;
        if (there.length > 0 && there.at(-1)?.at !== seen) return there;
        await this.#change({ probes });
        return undefined;
      },
      begin: async (journal, seen, now) => {
        const { epoch, leasedUntil = 0 } = this.stored;
        if (this.#isOf(journal.epoch, journal.run)) return true;
        if (seen.epoch !== epoch || leasedUntil > now) return false;
        this.journals.push(journal);
        await this.#change({ ...begunBy(journal, seen.automaticSwaps, now), tentative: undefined });
        return true;
      },
      beginTentatively: async (journal, { lease }, now) => {
        if (this.#isOf(journal.epoch, journal.run)) return true;
        const before = this.#leaseState();
        const is = this.stored.epoch === 0 ? undefined : { ...before, isTentative: this.stored.tentative };
        if (JSON.stringify(lease) !== JSON.stringify(is) || this.stored.tentative !== undefined) return false;
        this.journals.push(journal);
        const { run, to, steps } = journal;
        const tentative = { run, to: to.eni, steps, before, recordBefore: lease };
        await this.#change({ ...begunBy(journal, before.automaticSwaps, now), tentative });
        return true;
      },
      withdraw: async ({ epoch, run }) => {
        const { tentative } = this.stored;
        if (!this.#isOf(epoch, run) || tentative === undefined) return;
        this.withdrawn.push(epoch);
        await this.#change({ ...tentative.before, tentative: undefined });
      },
      renew: async (epoch, run, now) => {
        if (!this.#isOf(epoch, run)) return false;
        await this.#change({ leasedUntil: now + LEASE_MS, tentative: undefined });
        return true;
      },
      release: (epoch, run, remaining, now) => {
        if (!this.#isOf(epoch, run)) return Promise.resolve();
        const { unfinished } = this.stored;
        this.released.push({ epoch, finished: remaining === undefined });
        const isOpen = remaining !== undefined && unfinished !== undefined;
        const left = isOpen ? { ...unfinished, remaining } : undefined;
        return this.#change({ leasedUntil: now, unfinished: left, tentative: undefined });
      },
      countUnjournaled: (swap) => this.#change(withUnjournaled(this.stored, [swap])),
      recordAnswer: (id, answer) => Promise.resolve(void (this.answers[id] = answer)),
      answer: (id) => Promise.resolve(this.answers[id]),
      recordInterface: (eni, router) => this.#change({ interfaces: { ...this.stored.interfaces, [eni]: router } }),
      forgetInterface: (eni) => {
        const { [eni]: _, ...interfaces } = this.stored.interfaces;
        return this.#change({ interfaces });
      },
      recordHistory: (entry) => Promise.resolve(void this.history.push(entry)),
      recordDetail: (entry) =>
        Promise.resolve(void (entry.kind === 'swap' ? this.detailed.push(entry) : this.detailedPushes.push(entry))),
      details: (id) =>
        Promise.resolve([...this.detailed, ...this.detailedPushes].filter((entry) => entry.id === id).toReversed()),
    };
  }

  #others({ instance, event }: Notice): readonly Notice[] {
    return this.stored.notices.filter((other) => other.instance !== instance || other.event.code !== event.code);
  }

  /** Did this run begin the newest swap? */
  #isOf(epoch: number, run: string): boolean {
    const newest = this.journals.at(-1);
    return newest?.epoch === epoch && newest.run === run && this.stored.epoch === epoch;
  }
}
