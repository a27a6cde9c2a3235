import type { ReplaceOutcome } from '#aws/route-tables.ts';
import type { Ec2Facts } from '#aws/routers.ts';
import type { Recollection } from '#aws/site-store.ts';
import { CallPacer, MUTATING_CALLS } from '#failover/call-pacer.ts';
import { BLANK, type Health, type Heartbeat, type Memory, type ProbeRound } from '#failover/memory.ts';
import type { BgpStatement, RouteFact } from '#failover/observation.ts';
import { type ManagedRoute, type ManagedSite, routeName } from '#failover/site.ts';
import type { Answer, HistoryEntry, SwapJournal } from '#failover/swap-record.ts';
import { AttachedInstances } from '#functions/route-swap/attached-instances.ts';
import { Told } from '#functions/route-swap/told.ts';
import type { SwapTools } from '#functions/route-swap/tools.ts';
import { NOW, SITE } from '../failover/situation.ts';

export type FakeStore = SwapTools['store'] & {
  rememberProbes(rounds: readonly ProbeRound[]): Promise<void>;
  setHealth(health: Health): Promise<void>;
};

/** A world in memory for the stories of the functions: routes, a store, a clock that only `sleep` moves. */
export class FakeWorld {
  readonly site: ManagedSite;
  now = NOW;
  readonly targets = new Map<string, string>();
  ec2: Record<string, Ec2Facts> = {};
  memory: Memory = BLANK;
  readonly statements: Record<string, BgpStatement> = {};
  readonly heartbeats: Record<string, Heartbeat> = {};
  readonly journals: SwapJournal[] = [];
  readonly released: { readonly epoch: number; readonly finished: boolean }[] = [];
  readonly answers: Record<string, Answer> = {};
  readonly history: HistoryEntry[] = [];
  readonly announced: { readonly type: string; readonly detail: Readonly<Record<string, unknown>> }[] = [];
  readonly metrics: { readonly name: string; readonly value: number }[] = [];
  readonly logged: { readonly level: string; readonly message: string }[] = [];
  readonly replaced: string[] = [];
  /** What the next ReplaceRoute calls answer instead of doing it. */
  faults: ReplaceOutcome[] = [];
  /** Reads of the routes that still show what was before. */
  staleReads = 0;
  readonly told = new Told();
  /** Outlives the run. */
  readonly attached: AttachedInstances;
  /** What was logged beside the messages. */
  readonly details: unknown[] = [];
  /** The store answers nothing. */
  storeDown = false;
  /** What route-swap finds in a rehearsal. */
  problems: string[] = [];
  #before = new Map<string, string>();

  constructor(site: ManagedSite = SITE) {
    this.site = site;
    this.attached = new AttachedInstances(site);
    for (const route of site.routes) this.targets.set(routeName(route), site.routers.active.eni);
    for (const { name } of Object.values(site.routers)) {
      this.ec2[name] = { instance: 'running', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' };
    }
  }

  tools<Change extends object>(change?: Change): SwapTools & { store: FakeStore } & Change {
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
      told: this.told,
      readBgp: () => Promise.resolve({ kind: 'silent', why: 'no answer' } as const),
      rehearseReplace: () => Promise.resolve(this.faults.shift() ?? 'replaced'),
      now: () => this.now,
      sleep: (ms) => {
        this.now += ms;
        return Promise.resolve();
      },
      describeRoutes: (routes) => Promise.resolve(routes.map((route) => this.#read(route))),
      describeRouters: () => Promise.resolve(this.ec2),
      replaceRoute: (route, eni) => Promise.resolve(this.#replace(route, eni)),
      store: this.storeDown ? downStore() : this.#store(),
      announce: (type, detail) => Promise.resolve(void this.announced.push({ type, detail })),
      metric: (name, value) => void this.metrics.push({ name, value }),
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

  #store(): FakeStore {
    return {
      recall: (id): Promise<Recollection> =>
        Promise.resolve({
          memory: { ...this.memory, answered: this.answers[id] },
          statements: { ...this.statements },
          heartbeats: { ...this.heartbeats },
        }),
      history: (limit) => Promise.resolve(this.history.toReversed().slice(0, limit)),
      renew: (epoch) => Promise.resolve(epoch === this.memory.epoch),
      testify: (testimony) =>
        Promise.resolve(void (this.memory = { ...this.memory, testimonies: [...this.memory.testimonies, testimony] })),
      setPause: (pause) => {
        this.memory = { ...this.memory, pause };
        return Promise.resolve(true);
      },
      setHealth: (health) => Promise.resolve(void (this.memory = { ...this.memory, health })),
      setMaintenance: (router, maintenance) => {
        const { [router]: _, ...others } = this.memory.maintenance;
        this.memory = {
          ...this.memory,
          maintenance: maintenance === undefined ? others : { ...others, [router]: maintenance },
        };
        return Promise.resolve();
      },
      remember: (router, statement) => Promise.resolve(void (this.statements[router] = statement)),
      beat: (router, heartbeat) => Promise.resolve(void (this.heartbeats[router] = heartbeat)),
      rememberProbes: (probes) => Promise.resolve(void (this.memory = { ...this.memory, probes })),
      begin: (journal, seen) => {
        if (seen.epoch !== this.memory.epoch) return Promise.resolve(false);
        this.journals.push(journal);
        const unfinished = { epoch: journal.epoch, to: journal.plan.to.router, reason: journal.reason };
        const automaticSwaps = journal.automatic
          ? [...this.memory.automaticSwaps, this.now]
          : this.memory.automaticSwaps;
        this.memory = {
          ...this.memory,
          epoch: journal.epoch,
          leasedUntil: this.now + 16_000,
          unfinished,
          lastTarget: unfinished.to,
          automaticSwaps,
        };
        return Promise.resolve(true);
      },
      release: (epoch, remaining, now) => {
        const finished = remaining.length === 0;
        const { unfinished } = this.memory;
        this.released.push({ epoch, finished });
        this.memory = {
          ...this.memory,
          leasedUntil: now,
          unfinished: finished || unfinished === undefined ? undefined : { ...unfinished, remaining },
        };
        return Promise.resolve();
      },
      answer: (id, answer) => Promise.resolve(void (this.answers[id] = answer)),
      record: (entry) => Promise.resolve(void this.history.push(entry)),
    };
  }
}

/** Every call fails. */
function downStore(): FakeStore {
  return new Proxy({} as FakeStore, { get: () => () => Promise.reject(new Error('connect ETIMEDOUT')) });
}
