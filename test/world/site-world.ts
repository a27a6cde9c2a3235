import { describeRoutes, rehearseReplace, replaceRoute } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import { siteStore } from '#aws/site-store/site-store.ts';
import type { HistoryEntry } from '#contracts/history.ts';
import type { Account } from '#emulator/account.ts';
import { CallPacer, leastDurationMs, MUTATING_CALLS } from '#failover/call-pacer.ts';
import { NOT_RUNNING } from '#failover/certain-failure.ts';
import { type ManagedRouter, type ManagedSite, routersOf } from '#failover/site.ts';
import { AttachedInstances } from '#functions/attached-instances.ts';
import type { ProbePorts } from '#functions/health-probe/ports.ts';
import { type ProbeResult, probeSite } from '#functions/health-probe/probe-site.ts';
import { type InstancePorts, onInstance } from '#functions/on-instance.ts';
import { AnnouncedOutcomes } from '#functions/route-swap/announced-outcomes.ts';
import { answerReport } from '#functions/route-swap/answer-report.ts';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { planOnly } from '#functions/route-swap/plan-only.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { PreparedObservations } from '#functions/route-swap/prepared-observations.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { UnjournaledSwaps } from '#functions/route-swap/unjournaled-swaps.ts';
import type { SiteStore } from '#functions/site-store.ts';
import { NOW, SITE } from '../failover/situation.ts';
import { accountOfSite } from './account-of-site.ts';
import { InProcessAws, type InProcessOptions, TABLE } from './in-process-aws.ts';
import { type Crashes, Invocation } from './invocation.ts';
import { countsOf, type Life, type Report, reportEvent } from './report-event.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface WorldOptions {
  /** As the functions know it. Default: `SITE`. */
  readonly site?: ManagedSite;
  /** As it is in the account, where that differs. */
  readonly real?: ManagedSite;
  /** What is in the account besides. */
  readonly account?: (plain: Account) => Account;
  readonly ec2?: InProcessOptions['ec2'];
}

/** Lambda's time for route-swap beyond what EC2's throttle takes, and what it keeps back for its end, ms. */
const FUNCTION_MS = 25_000;
const TIME_TO_CONCLUDE_MS = 3_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * One site with everything around it, in one process and on a virtual clock: the real stories of both functions, over
 * the real `aws/` and SDK, against the emulator's EC2 and DynamoDB. Only Lambda, EventBridge and SSM are played here.
 */
export class SiteWorld {
  readonly site: ManagedSite;
  readonly clock: VirtualClock;
  readonly aws: InProcessAws;
  readonly lives: Record<string, Life>;
  readonly announced: { readonly type: string; readonly detail: Readonly<Record<string, unknown>> }[] = [];
  readonly metrics: { readonly name: string; readonly value: number }[] = [];
  readonly logged: string[] = [];
  readonly invocations: Invocation[] = [];
  /** Applies to invocations that begin from now on. */
  crashes: Crashes | undefined;
  /** EC2's state changes start route-swap by themselves, as the stack's rule makes them. */
  onStateChange: ((router: ManagedRouter, instance: string, state: string) => void) | undefined;
  #pacer: CallPacer;
  #announcedOutcomes = new AnnouncedOutcomes();
  #attached: AttachedInstances;
  #unjournaled = new UnjournaledSwaps();
  #prepared = new PreparedObservations();
  #recent: ProbePorts['recent'] = { rounds: [], areStored: false };
  /** Of every instance that is or was a router. */
  readonly #interfaces = new Map<string, string>();
  #count = 0;

  private constructor(site: ManagedSite, clock: VirtualClock, aws: InProcessAws) {
    this.site = site;
    this.clock = clock;
    this.aws = aws;
    this.#attached = new AttachedInstances(site, () => clock.now());
    this.#pacer = new CallPacer(MUTATING_CALLS, clock.now());
    const names = [...routersOf(site), ...site.neighbors].map(({ name }) => name);
    this.lives = Object.fromEntries(names.map((name) => [name, { bgp: 'up', agent: true, api: true }]));
  }

  static async start({
    site = SITE,
    real = site,
    account = (plain) => plain,
    ec2 = {},
  }: WorldOptions = {}): Promise<SiteWorld> {
    const clock = new VirtualClock(NOW);
    const heard: ((instance: string, state: string) => void)[] = [];
    const aws = await InProcessAws.start({
      account: account(accountOfSite(real)),
      region: site.region,
      clock,
      ec2,
      publish: ({ detail }) => heard.forEach((hear) => hear(String(detail['instance-id']), String(detail['state']))),
    });
    const world = new SiteWorld(site, clock, aws);
    for (const router of routersOf(site)) world.#interfaces.set(world.instanceOf(router) ?? '', router.eni);
    heard.push((instance, state) => world.#stateChanged(instance, state));
    return world;
  }

  #stateChanged(instance: string, state: string): void {
    const router = routersOf(this.site).find(({ eni }) => eni === this.#interfaces.get(instance));
    if (router !== undefined && NOT_RUNNING.has(state)) this.onStateChange?.(router, instance, state);
  }

  /** The topology's instance, or the one that is attached to a created router's interface. */
  instanceOf({ instance, eni }: Pick<ManagedRouter, 'instance' | 'eni'>): string | undefined {
    return instance ?? this.aws.ec2.state(this.site.region).interfaces.get(eni)?.attachment?.instance;
  }

  /** Another instance is launched on a created router's interface, which is free. */
  launch({ eni }: ManagedRouter): void {
    const { region } = this.site;
    const { ec2 } = this.aws;
    const id = ec2.perform(region, (state, { now, newId }) => {
      const [like] = state.instances.values();
      const found = state.interfaces.get(eni);
      if (like === undefined || found === undefined || found.attachment !== undefined)
        throw new Error(`${eni} is in use`);
      const instance = { ...like, id: newId('i'), state: 'pending', responsive: false, launchedAt: now } as const;
      const attachment = { instance: instance.id, deviceIndex: 0, at: now, deleteOnTermination: false };
      const interfaces = new Map(state.interfaces).set(eni, { ...found, attachment });
      return {
        result: instance.id,
        state: { ...state, interfaces, instances: new Map(state.instances).set(instance.id, instance) },
      };
    });
    this.#interfaces.set(id, eni);
    ec2.lifecycle.launch(region, id);
  }

  /** Whether its instance answers anything. */
  #responds(router: Pick<ManagedRouter, 'instance' | 'eni'>): boolean {
    const instance = this.instanceOf(router);
    return instance !== undefined && this.aws.ec2.guests.find(this.site.region, instance)?.responsive === true;
  }

  /** A router's signed report, testimony or heartbeat, over the HTTP API. */
  report(report: Partial<Report> = {}): Invocation {
    const { site, lives } = this;
    const sender = routersOf(site).find(({ name }) => name === (report.by ?? site.routers.standby.name));
    const signedBy = sender && this.instanceOf(sender);
    const event = reportEvent(
      { id: `report-${this.#count + 1}`, at: this.clock.now(), signedBy, ...report },
      site,
      lives,
    );
    return this.#route((tools) => answerReport(event, tools).then(bodyOf));
  }

  /** An EventBridge event, or another direct invocation of route-swap. */
  invoke(payload: unknown): Invocation {
    return this.#route(async (tools) => {
      const request = readDirectRequest(payload, this.site);
      if ('act' in request) return answerSiteRequest(request.act, tools);
      return request.dryRun ? planOnly(request.trigger, tools) : swapRoutes(request.trigger, tools);
    });
  }

  /** One round of health-probe, which asks route-swap in its turn. */
  probe(): Invocation {
    return this.#start('health-probe', async (invocation) => {
      await this.aws.asNobody(() => this.#contact());
      return probeSite({
        ...this.#toolsFor(invocation),
        turn: invocation.id,
        recent: this.#recent,
        metric: (name, value) => void this.metrics.push({ name, value }),
        routerMetric: (name, value) => void this.metrics.push({ name, value }),
        askRouteSwap: async (request) => {
          const asked = this.invoke(request);
          while (!asked.isOver) await invocation.sleep(10);
          if (asked.isDead) throw new Error('route-swap failed: {"errorType":"Sandbox.Timedout"}');
          return asked.answer;
        },
      });
    });
  }

  /** Every two minutes a router shows that its reports arrive; here, before the probe looks. */
  async #contact(): Promise<void> {
    const able = routersOf(this.site).filter(
      (router) => this.lives[router.name]?.api === true && this.#responds(router),
    );
    // A store that does not answer keeps none.
    const contact = { at: this.clock.now() };
    await Promise.allSettled(
      able.map((router) =>
        this.store().recordContact({ eni: router.eni, instance: this.instanceOf(router) ?? '' }, contact),
      ),
    );
  }

  /** Waits for the answer; undefined if the invocation died. */
  async ended<T = Readonly<Record<string, unknown>>>(invocation: Invocation): Promise<T | undefined> {
    await this.clock.until(() => invocation.isOver);
    if (invocation.answer instanceof Error) throw invocation.answer;
    return invocation.answer as T | undefined;
  }

  async round(): Promise<ProbeResult> {
    const result = await this.ended<ProbeResult>(this.probe());
    if (result === undefined) throw new Error('health-probe died');
    return result;
  }

  /** New code: what the functions kept in memory is gone. Running invocations go on. */
  deploy(): void {
    this.#pacer = new CallPacer(MUTATING_CALLS, this.clock.now());
    this.#announcedOutcomes = new AnnouncedOutcomes();
    this.#attached = new AttachedInstances(this.site, () => this.clock.now());
    this.#unjournaled = new UnjournaledSwaps();
    this.#prepared = new PreparedObservations();
    this.#recent = { rounds: [], areStored: false };
  }

  /** What each managed route points at, in the order of the site. */
  targets(): (string | undefined)[] {
    const { routeTables } = this.aws.ec2.state(this.site.region);
    return this.site.routes.map(
      ({ table, destination }) =>
        routeTables.get(table)?.routes.find((route) => route.destination === destination)?.target,
    );
  }

  /** The router that all managed routes of the pair point at; otherwise `split`, or `nobody`. */
  owner(): string {
    const holders = routersOf(this.site).filter(({ eni }) => this.targets().includes(eni));
    return holders.length === 2 ? 'split' : (holders[0]?.name ?? 'nobody');
  }

  /** Not part of any invocation, so that crashes and faults do not affect it. */
  store(): SiteStore {
    return siteStore(this.aws.clients.db, TABLE);
  }

  /** Oldest first. */
  async history(): Promise<readonly HistoryEntry[]> {
    return (await this.ask(this.store().history(100))).toReversed();
  }

  /** Waits for a call to AWS outside of every invocation. */
  async ask<T>(question: Promise<T>): Promise<T> {
    let over = false;
    const note = () => void (over = true);
    question.then(note, note);
    await this.clock.until(() => over);
    return question;
  }

  #route(story: (tools: SwapPorts) => Promise<unknown>): Invocation {
    return this.#start('route-swap', (invocation) => story(this.#toolsFor(invocation)));
  }

  #start(kind: string, story: (invocation: Invocation) => Promise<unknown>): Invocation {
    this.#count += 1;
    const invocation = new Invocation(`${kind}-${this.#count}`, this.clock, this.crashes);
    this.invocations.push(invocation);
    if (kind === 'route-swap') void this.clock.sleep(this.#functionMs()).then(() => invocation.kill());
    invocation.begin(this.aws.as(invocation, () => story(invocation)));
    return invocation;
  }

  #functionMs(): number {
    return FUNCTION_MS + leastDurationMs(this.site.routes.length);
  }

  #toolsFor(invocation: Invocation) {
    const { ec2, writes, db } = this.aws.clients;
    const log = (message: string) => void this.logged.push(message);
    const instances: InstancePorts = {
      attached: this.#attached,
      now: () => this.clock.now(),
      describeRouters: (routers) =>
        this.#attached.describe(routers, (them, last) => describeRouters(ec2, them, last, log)),
    };
    return {
      ...instances,
      site: this.site,
      account: { partition: 'aws', id: '123456789012' },
      store: siteStore(db, TABLE),
      pacer: this.#pacer,
      announcedOutcomes: this.#announcedOutcomes,
      unjournaled: this.#unjournaled,
      prepared: this.#prepared,
      run: invocation.id,
      sleep: (ms: number) => invocation.sleep(ms),
      deadline: this.clock.now() + this.#functionMs() - TIME_TO_CONCLUDE_MS,
      describeRoutes: (routes) => describeRoutes(ec2, routes),
      replaceRoute: (route, eni) => replaceRoute(writes, route, eni),
      rehearseReplace: (route, eni) => rehearseReplace(writes, route, eni),
      readBgp: (router) =>
        onInstance(router, ANSWER_WITHIN_MS, instances, (instance) => this.#readBgp(instance, router, invocation)),
      examineRouter: () => Promise.resolve({ kind: 'silent', why: 'not part of this world' }),
      bootParameters: async () => ({}),
      pushJournal: () => Promise.resolve(undefined),
      pushRequest: () => Promise.resolve(undefined),
      announce: (type, detail) =>
        invocation.call(`events PutEvents ${type}`, () => Promise.resolve(void this.announced.push({ type, detail }))),
      metric: (name: string, value: number) => void this.metrics.push({ name, value }),
      log: { info: log, warn: log, error: log },
    } satisfies SwapPorts;
  }

  async #readBgp(instance: string, { name }: ManagedRouter, invocation: Invocation): Promise<CommandEnd> {
    const life = this.lives[name];
    const answers = life?.agent === true && this.aws.ec2.guests.find(this.site.region, instance)?.responsive === true;
    await invocation.sleep(answers ? 500 : ANSWER_WITHIN_MS);
    if (!answers) return { kind: 'silent', why: 'no answer within 10 s' };
    if (life.bgp === 'unread') return { kind: 'failed', why: 'exit code 1' };
    return { kind: 'answered', output: JSON.stringify(countsOf(life)) };
  }
}

function bodyOf({ body }: { readonly body?: string }): unknown {
  return JSON.parse(body ?? 'null') as unknown;
}
