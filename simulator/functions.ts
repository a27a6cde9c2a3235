import { describeRoutes, rehearseReplace, replaceRoute } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import { leastDurationMs } from '#failover/call-pacer.ts';
import type { ManagedSite } from '#failover/site.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { onInstance } from '#functions/on-instance.ts';
import { answerReport } from '#functions/route-swap/answer-report.ts';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { NetworkError } from './aws-faults.ts';
import { bgpOutput, isReadable } from './bgp-output.ts';
import type { ClientBug, StoreNetwork } from './dynamodb/client.ts';
import type { Table } from './dynamodb/table.ts';
import { type Ec2Network, ec2OverNetwork } from './ec2-client.ts';
import type { Request } from './evidence.ts';
import type { GroundTruth } from './ground-truth.ts';
import { arnOf, contentOf, type HttpEvent, httpEvent, type Message } from './http-event.ts';
import type { RunAnswer } from './invariants/hooks.ts';
import type { Ended, Platform, Run } from './platform.ts';
import {
  PROBE_TIMEOUT_MS,
  PROBE_WAITS_MS,
  SSM_WAITS_IN_SWAP_MS,
  SSM_WAITS_MS,
  SWAP_TIMEOUT_MS,
  TIME_TO_CONCLUDE_MS,
} from './platform-times.ts';
import type { SessionReport } from './session-report.ts';
import type { SiteRecord } from './site-record.ts';
import { ACCOUNT, type RouterKey, routerCalled, type SiteName } from './sites.ts';
import { storeOf } from './store.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The site that functions run for: its name, its AWS, and where what they do is recorded. */
export interface FunctionSite {
  readonly name: SiteName;
  readonly site: ManagedSite;
  readonly time: VirtualTime;
  readonly truth: GroundTruth;
  readonly table: Table;
  readonly platform: Platform;
  readonly record: SiteRecord;
  readonly ec2Network: Ec2Network;
  readonly storeNetwork: StoreNetwork;
  /** A round of the probe measured `FailoverReady`. */
  readonly ready: (value: number, beganAt: number) => void;
}

/** A deliberate bug that a test expects to be found: it changes what a function observes or does. */
export interface Mutation {
  readonly tools?: (tools: SwapPorts, run: Run, site: FunctionSite) => SwapPorts;
  readonly event?: (event: HttpEvent) => HttpEvent;
  readonly dynamoDb?: ClientBug;
}

/** What a function answers to an HTTP request. */
export interface HttpAnswer extends RunAnswer {
  readonly status: number;
}

/** The functions of one site, over the simulated AWS: the real stories with the wiring of their `handler.ts`. */
export class Functions {
  readonly #site: FunctionSite;
  readonly #mutation: Mutation;

  constructor(site: FunctionSite, mutation: Mutation) {
    this.#site = site;
    this.#mutation = mutation;
  }

  /** route-swap, by the HTTP API. */
  post(message: Message, caller: string): Promise<Ended<HttpAnswer>> {
    const { site, name, record, time } = this.#site;
    const request = requestOf(message, time.now());
    return this.#invoke(
      request,
      async (run) => {
        this.#hear(run, message, caller);
        const plain = httpEvent(name, message, caller);
        const event = this.#mutation.event?.(plain) ?? plain;
        const { statusCode: status = 200, body = '{}' } = await answerReport(event, this.tools(run));
        record.answered(run, caller, status);
        return { status, ...(JSON.parse(body) as RunAnswer) };
      },
      site.routes.length,
    );
  }

  /** route-swap, invoked directly: by EventBridge, health-probe or an operator. */
  direct(payload: object, request: Request, words: readonly SessionReport[] = []): Promise<Ended<unknown>> {
    const { site } = this.#site;
    return this.#invoke(
      request,
      async (run) => {
        run.evidence.sessionReports.push(...words);
        const asked = readDirectRequest(payload, site);
        return 'act' in asked
          ? answerSiteRequest(asked.act, this.tools(run))
          : swapRoutes(asked.trigger, this.tools(run));
      },
      site.routes.length,
    );
  }

  /** health-probe: one round, of one turn of the schedule. */
  probe(turn: string): Promise<Ended<unknown>> {
    const { platform, ready } = this.#site;
    const request = { kind: 'other', id: 'probe' } as const;
    return platform.invoke({ id: 'probe', of: 'health-probe', request, timeoutMs: PROBE_TIMEOUT_MS }, (run) => {
      const tools = this.tools(run, SSM_WAITS_MS);
      return probeSite({
        ...tools,
        turn,
        recent: run.environment.recent,
        store: tools.store as unknown as Parameters<typeof probeSite>[0]['store'],
        askRouteSwap: (asked) => platform.call(run, () => this.#ask(asked, run)),
        metric: (name: string, value: number) => {
          if (name === 'FailoverReady') ready(value, run.beganAt);
        },
        routerMetric: () => {},
      });
    });
  }

  #invoke<T>(request: Request, story: (run: Run) => Promise<T>, routes: number): Promise<Ended<T>> {
    const { platform, record } = this.#site;
    const timeoutMs = SWAP_TIMEOUT_MS + Math.ceil(leastDurationMs(routes));
    const moves = request.kind !== 'other';
    const over = (run: Run, value: T | undefined) => {
      if (moves) record.ended(run, isDecided(value) ? value : undefined);
    };
    return platform.invoke({ id: request.id, request, timeoutMs }, story, over);
  }

  async #ask(
    asked: { readonly action: string; readonly id?: string; readonly rounds?: readonly { readonly at: number }[] },
    run: Run,
  ): Promise<unknown> {
    const { time, record } = this.#site;
    const id = asked.id ?? asked.action;
    const request: Request = { kind: asked.action === 'probe' ? 'probe' : 'other', id };
    const known = record.ledger.sessionReports.filter(({ by, keptAt }) => by === 'probe' && keptAt !== undefined);
    const handedOver = record.ledger.ofRounds(asked.rounds ?? []);
    const ended = this.direct(asked, request, [...known, ...handedOver, ...run.evidence.sessionReports]);
    const answer = await Promise.race([ended, time.sleep(PROBE_WAITS_MS)]);
    if (answer === undefined) throw new NetworkError('requestTimeout');
    if (answer.kind !== 'returned') throw new Error(`route-swap failed: ${answer.why}`);
    return answer.value;
  }

  /** Records what a router reports about itself or another router. */
  #hear(run: Run, message: Message, caller: string): void {
    const { time, record } = this.#site;
    const router = routerCalled(message.reporter);
    const said = contentOf(message);
    const written = Date.parse(message.at);
    const at = Math.min(written, time.now());
    if (
      router === undefined ||
      caller !== arnOf(router.key, this.#site.truth.instances[router.key]) ||
      Math.abs(time.now() - written) > HEARD_MS
    )
      return;
    const about = routerCalled(message.subject)?.key;
    if (router.site !== this.#site.name) {
      if (about !== undefined) record.ledger.witnessReports.push({ by: router.key, about, at });
      return;
    }
    // A suspected report is no claim of its reporter.
    if (message.event === 'contact' || message.event === 'peer-suspected') return;
    const heartbeat = message.event === 'alive';
    this.#write(run, { router: router.key, by: 'itself', heartbeat, at, ...(said ?? UNREADABLE), keptAt: undefined });
  }

  #write(run: Run, word: SessionReport): void {
    run.evidence.sessionReports.push(word);
    this.#site.record.ledger.sessionReports.push(word);
  }

  async #readBgp(router: RouterKey, instance: string, run: Run, withinMs: number): Promise<CommandEnd> {
    const { time, truth } = this.#site;
    await time.sleep(run.chance.between(400, 2_500));
    if (truth.instances[router] !== instance) return { kind: 'silent', why: 'InvalidInstanceId' };
    if (!truth.reachesSsm(router)) {
      await time.sleep(withinMs);
      return { kind: 'silent', why: 'no answer' } as CommandEnd;
    }
    const output = bgpOutput(router, truth);
    if (output === undefined) return { kind: 'failed', why: 'vtysh: no such command' } as unknown as CommandEnd;
    const path = isReadable(router, truth) ? truth.path(router) : undefined;
    const cutOff = path === false && !truth.detour(router);
    this.#write(run, { router, by: 'probe', heartbeat: false, at: time.now(), path, cutOff, keptAt: undefined });
    return { kind: 'answered', output } as CommandEnd;
  }

  /** The ports of a run. */
  tools(run: Run, ssmWaitsMs = SSM_WAITS_IN_SWAP_MS): SwapPorts {
    const { site, platform, time, ec2Network } = this.#site;
    const reads = ec2OverNetwork(run, ec2Network);
    const writes = ec2OverNetwork(run, ec2Network, 1);
    const { evidence } = run;
    const tools: SwapPorts = {
      site,
      account: { partition: 'aws', id: ACCOUNT },
      run: run.id,
      ...run.environment,
      now: time.now,
      sleep: time.sleep,
      deadline: run.until - TIME_TO_CONCLUDE_MS,
      describeRoutes: async (routes) => {
        const found = await describeRoutes(reads, routes);
        if (run.decided) return found;
        evidence.sawRoutes(found);
        evidence.completeAt = time.now();
        return found;
      },
      describeRouters: async (routers) => {
        const found = await run.environment.attached.describe(routers, (them, last) =>
          describeRouters(reads, them, last, () => {}),
        );
        evidence.completeAt = time.now();
        evidence.sawRouters(found);
        return found;
      },
      replaceRoute: (route, eni) => replaceRoute(writes, route, eni),
      rehearseReplace: (route, eni) => rehearseReplace(writes, route, eni),
      store: storeOf(run, this.#site),
      readBgp: (router) =>
        onInstance(router, ssmWaitsMs, tools, (instance) =>
          platform.call(run, async () => {
            const end = await this.#readBgp(routerCalled(router.name)?.key ?? 'a', instance, run, ssmWaitsMs);
            evidence.completeAt = time.now();
            return end;
          }),
        ),
      examineRouter: () => Promise.resolve({ kind: 'silent', why: 'not simulated' }),
      bootParameters: async () => ({}),
      pushJournal: () => Promise.resolve(undefined),
      pushRequest: () => Promise.resolve(undefined),
      announce: () => {
        this.#site.record.announced(run);
        return platform.call(run, () => time.sleep(run.chance.latency(10)));
      },
      metric: () => {},
      log: QUIET,
    } as SwapPorts;
    return this.#mutation.tools?.(tools, run, this.#site) ?? tools;
  }
}

/** The report of the router cannot be read. */
const UNREADABLE = { path: undefined, cutOff: false } as const;

/** Reports older than this are stale by the time the run has read them. */
const HEARD_MS = 12_500;

/** A rejected request was not decided. */
function isDecided(value: unknown): value is RunAnswer {
  return value !== undefined && ![400, 403, 413].includes((value as HttpAnswer).status);
}

/** The request that a message makes, as the simulator records it. */
function requestOf(message: Message, receivedAt: number): Request {
  const [reporter, subject] = [routerCalled(message.reporter), routerCalled(message.subject)];
  const { id, event, phase, at, evidence } = message;
  const ofThePair = reporter !== undefined && subject !== undefined && reporter.peer === subject.key;
  if (phase === 'suspected' || phase === 'withdrawn') return { kind: 'suspicion', id, phase };
  if (!event.startsWith('peer-') || !ofThePair) return { kind: 'other', id };
  const ms = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  return {
    kind: 'report',
    id,
    reporter: reporter.key,
    subject: subject.key,
    event,
    confirms: phase === 'confirmed',
    at: Date.parse(at),
    detectedAt: ms(evidence.detectedAt),
    confirmedAt: ms(evidence.confirm?.at),
    receivedAt,
  };
}

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
