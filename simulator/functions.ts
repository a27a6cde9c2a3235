import { describeRoutes, rehearseReplace, replaceRoute } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import { leastDurationMs } from '#failover/call-pacer.ts';
import type { ManagedSite } from '#failover/site.ts';
import type { Trigger } from '#failover/trigger.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { AttachedInstances } from '#functions/route-swap/attached-instances.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import type { SwapResult } from '#functions/route-swap/result.ts';
import { actOnSite, type SiteAct } from '#functions/route-swap/site-acts.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import type { SwapTools } from '#functions/route-swap/tools.ts';
import type { Ec2 } from './ec2.ts';
import { type Between, ec2OverNetwork, NetworkError, storeOverNetwork } from './network.ts';
import type { Ended, Run } from './platform.ts';
import type { RouterPair } from './routers.ts';
import type { Side } from './schedule.ts';
import type { MemoryOfSite, SiteMemory } from './site-memory.ts';
import { ROUTERS } from './site-under-test.ts';

/** As the stack sets them, ms (`infra/site-stack.ts`), and what `handler.ts` keeps for its end. */
const SWAP_TIMEOUT_MS = 15_000;
const PROBE_TIMEOUT_MS = 45_000;
const TIME_TO_CONCLUDE_MS = 3_000;
const PROBE_WAITS_MS = 20_000;
const SSM_WAITS_MS = 10_000;

/** Makes a run's tools worse than they are: a bug that a test wants to see found. */
export type Mutation = (tools: SwapTools, run: Run, world: FunctionsWorld) => SwapTools;

export interface FunctionsWorld extends Between {
  readonly site: ManagedSite;
  readonly ec2: Ec2;
  readonly store: MemoryOfSite;
  readonly routers: () => RouterPair;
  readonly mutation: Mutation | undefined;
  readonly tell: (what: () => string) => void;
  /** A round's word on `FailoverReady`. */
  readonly ready: (value: number, round: Run) => void;
}

/** The functions of the site, over the simulated AWS: the real stories with the wiring of their `handler.ts`. */
export class Functions {
  readonly #world: FunctionsWorld;
  readonly site: ManagedSite;

  constructor(world: FunctionsWorld) {
    this.#world = world;
    this.site = world.site;
  }

  /** route-swap, asked to look and act. */
  swap(trigger: Trigger): Promise<Ended<SwapResult>> {
    const { site, platform, watch } = this.#world;
    const timeoutMs = SWAP_TIMEOUT_MS + Math.ceil(leastDurationMs(site.routes.length));
    return platform.invoke({ id: trigger.id, trigger, timeoutMs }, async (run) => {
      const result = await swapRoutes(trigger, this.#tools(run));
      watch.returned(run, result);
      return result;
    });
  }

  /** route-swap, asked for anything else. */
  act(id: string, act: SiteAct): Promise<Ended<unknown>> {
    return this.#world.platform.invoke({ id, timeoutMs: SWAP_TIMEOUT_MS }, (run) => actOnSite(act, this.#tools(run)));
  }

  /** A router's heartbeat, or a neighbour's testimony: one write. */
  note(id: string, write: (store: SiteMemory) => Promise<void>): Promise<Ended<void>> {
    const world = this.#world;
    return world.platform.invoke({ id, timeoutMs: SWAP_TIMEOUT_MS }, (run) =>
      write(storeOverNetwork(world.store, run, world)),
    );
  }

  /** health-probe: one round, of one turn of the schedule. */
  probe(turn: string): Promise<Ended<unknown>> {
    const world = this.#world;
    return world.platform.invoke({ id: 'probe', timeoutMs: PROBE_TIMEOUT_MS }, (run) => {
      const { store: _, ...tools } = this.#tools(run);
      return probeSite({
        ...tools,
        turn,
        store: storeOverNetwork(world.store, run, world),
        askRouteSwap: (request) =>
          world.platform.call(run, () =>
            this.#answerOf(
              request.action === 'probe'
                ? this.swap({ kind: 'probe', id: request.id })
                : world.platform.invoke({ id: 'rehearse', timeoutMs: SWAP_TIMEOUT_MS }, (asked) =>
                    rehearse(this.#tools(asked)),
                  ),
            ),
          ),
        metric: (name, value) => {
          if (name === 'FailoverReady') world.ready(value, run);
        },
      });
    });
  }

  async #answerOf(ended: Promise<Ended<unknown>>): Promise<unknown> {
    const answer = await Promise.race([ended, this.#world.time.sleep(PROBE_WAITS_MS)]);
    if (answer === undefined) throw new NetworkError('requestTimeout');
    if (answer.kind !== 'returned') throw new Error(`route-swap failed: ${answer.why}`);
    return answer.value;
  }

  async #readBgp(side: Side, run: Run) {
    const { time, routers } = this.#world;
    const pair = routers();
    await time.sleep(run.chance.between(400, 2_500));
    if (!pair.connected(side) || pair.faults.agentSilent[side] > time.now()) {
      await time.sleep(SSM_WAITS_MS);
      return { kind: 'silent', why: 'no answer' } as const;
    }
    const { established } = pair.ebgp(side);
    const state = established > 0 ? 'Established' : 'Active';
    return {
      kind: 'answered',
      established,
      output: `{"as":65001,"peers":{"169.254.10.2":{"remoteAs":65002,"state":"${state}"}}}`,
    } as const;
  }

  #tools(run: Run): SwapTools {
    const { site, ec2, store, time, mutation } = this.#world;
    const reads = ec2OverNetwork(ec2, run, this.#world);
    const writes = ec2OverNetwork(ec2, run, this.#world, 1);
    const { evidence } = run;
    const seen = <T>(value: T): T => {
      evidence.completeAt = time.now();
      return value;
    };
    const memory = storeOverNetwork(store, run, this.#world);
    const tools: SwapTools = {
      site,
      account: ACCOUNT,
      attached: new AttachedInstances(site),
      run: run.id,
      pacer: run.pacer,
      told: run.told,
      now: time.now,
      sleep: time.sleep,
      deadline: run.until - TIME_TO_CONCLUDE_MS,
      describeRoutes: async (routes) => {
        const found = await describeRoutes(reads, routes);
        evidence.routes ??= seen(found);
        return found;
      },
      describeRouters: async (routers) => (evidence.routers = seen(await describeRouters(reads, routers, () => {}))),
      replaceRoute: (route, eni) => replaceRoute(writes, route, eni),
      rehearseReplace: (route, eni) => rehearseReplace(writes, route, eni),
      store: {
        ...memory,
        recall: async (id) => {
          evidence.askedAt = time.now();
          evidence.recollection = 'unreachable';
          const found = await memory.recall(id).finally(() => seen(undefined));
          evidence.recollection = found;
          return found;
        },
        remember: (router, statement) => memory.remember(router, statement).finally(() => seen(undefined)),
      },
      readBgp: async ({ name }) => {
        const side = name === ROUTERS.a.name ? 'a' : 'b';
        const end = await this.#world.platform.call(run, () => this.#readBgp(side, run));
        if (end.kind === 'answered') evidence.heard(name, end.established, seen(time.now()));
        return end;
      },
      announce: () => this.#world.platform.call(run, () => time.sleep(run.chance.latency(10))),
      metric: () => {},
      log: QUIET,
    };
    return mutation?.(tools, run, this.#world) ?? tools;
  }
}

const ACCOUNT = { partition: 'aws', id: '123456789012' };

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
