import { describeRoutes, rehearseReplace, replaceRoute } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import { CallPacer, leastDurationMs, MUTATING_CALLS } from '#failover/call-pacer.ts';
import { type ManagedRoute, type ManagedSite, routeName } from '#failover/site.ts';
import type { Outcome } from '#failover/swap-record.ts';
import type { ReportTrigger } from '#failover/trigger.ts';
import { AttachedInstances } from '#functions/attached-instances.ts';
import { AnnouncedOutcomes } from '#functions/route-swap/announced-outcomes.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { PreparedObservations } from '#functions/route-swap/prepared-observations.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { UnjournaledSwaps } from '#functions/route-swap/unjournaled-swaps.ts';
import { storeOn } from '#simulator/dynamodb/direct.ts';
import { Table } from '#simulator/dynamodb/table.ts';
import { Chance } from '#simulator/random.ts';
import { VirtualTime } from '#simulator/virtual-time.ts';
import { sitesOf } from './pairs.ts';
import { halfLatency, SharedEc2 } from './shared-ec2.ts';

/** What one run of the simulation found. */
export interface PairsRun {
  /** When the pair's most important route had moved, ms after the failure, in order; of each pair. */
  readonly firstMs: readonly number[];
  /** When its last route had moved. */
  readonly lastMs: readonly number[];
  readonly writes: number;
  readonly throttledWrites: number;
  readonly reads: number;
  readonly throttledReads: number;
  /** Runs of the functions. */
  readonly runs: number;
}

const START = Date.UTC(2026, 10, 23, 3);
/** BFD notices within one interval, and the confirmation takes the same time everywhere: reports arrive within this time, ms. */
const REPORTS_WITHIN_MS = 150;
/** `router/lib/config.sh`: RETRY_DELAYS, then RETRY_EVERY; ms. */
const RETRY_DELAYS_MS = [0, 1_000, 2_000, 4_000];
const RETRY_EVERY_MS = 5_000;
/** The function's timeout, less the time that EC2's throttle adds and the time to conclude (`infra/site-functions.ts`, `handler.ts`); ms. */
const RUN_MS = 22_000;

const PATH = { configured: 1, established: 1, receiving: 1, unreadable: 0 };

/** All active routers of the account fail at once; every standby reports until its routes have moved. */
export async function failPairs(pairs: number, routes: number, seed: string): Promise<PairsRun> {
  const chance = new Chance(seed);
  const time = new VirtualTime(START, chance.number);
  const sites = sitesOf(pairs, routes);
  const ec2 = new SharedEc2(sites, time);
  const pending = new Set(sites);
  const found = sites.map((site) =>
    failPair(site, ec2, time, new Chance(seed, site.name)).finally(() => pending.delete(site)),
  );
  await time.run(() => pending.size === 0);
  const each = await Promise.all(found);
  const sorted = (values: readonly number[]) => values.map(Math.round).toSorted((a, b) => a - b);
  const { write, read } = ec2.counts;
  return {
    firstMs: sorted(each.map(({ firstAt }) => firstAt - START)),
    lastMs: sorted(each.map(({ lastAt }) => lastAt - START)),
    writes: write.calls,
    throttledWrites: write.throttled,
    reads: read.calls,
    throttledReads: read.throttled,
    runs: each.reduce((sum, { runs }) => sum + runs, 0),
  };
}

interface Failed {
  firstAt: number;
  lastAt: number;
  runs: number;
}

async function failPair(site: ManagedSite, ec2: SharedEc2, time: VirtualTime, chance: Chance): Promise<Failed> {
  const failed: Failed = { firstAt: Number.POSITIVE_INFINITY, lastAt: Number.POSITIVE_INFINITY, runs: 0 };
  const ports = portsOf(site, ec2, time, chance, (route) => {
    failed.lastAt = time.now();
    if (routeName(route) === routeName(site.routes[0] ?? route)) failed.firstAt = time.now();
  });
  const detectedAt = START;
  await time.sleep(chance.number() * REPORTS_WITHIN_MS);
  for (let attempt = 0; ; attempt++) {
    failed.runs += 1;
    const deadline = time.now() + RUN_MS + leastDurationMs(site.routes.length);
    const outcome = await answerTo(reportOf(site, detectedAt, time.now()), {
      ...ports,
      run: `run-${attempt}`,
      deadline,
    });
    if (outcome === 'swapped' || outcome === 'already') return failed;
    await time.sleep(RETRY_DELAYS_MS[attempt] ?? RETRY_EVERY_MS);
  }
}

/** As `answerReport`: a site that cannot be observed is answered with `partial`. */
async function answerTo(report: ReportTrigger, ports: SwapPorts): Promise<Outcome> {
  try {
    return (await swapRoutes(report, ports)).outcome;
  } catch {
    return 'partial';
  }
}

function reportOf({ name, routers: { active, standby } }: ManagedSite, noticedAt: number, now: number): ReportTrigger {
  return {
    kind: 'report',
    id: `report-${name}`,
    detector: 'bfd',
    event: 'failed',
    reporter: standby.name,
    subject: active.name,
    instance: standby.instance ?? '',
    at: now,
    detectedAt: noticedAt,
    noticedAt,
    confirmedAt: now,
    bgp: { tunnels: PATH, pair: { ...PATH, established: 0, receiving: 0 } },
  };
}

type Ports = Omit<SwapPorts, 'run' | 'deadline'>;

/** One execution environment of the pair's function. */
function portsOf(
  site: ManagedSite,
  ec2: SharedEc2,
  time: VirtualTime,
  chance: Chance,
  onMoved: (route: ManagedRoute) => void,
): Ports {
  const [reads, writes] = [ec2.client(chance), ec2.client(chance, 1)];
  const attached = new AttachedInstances(site, time.now);
  const silent = () => Promise.resolve({ kind: 'silent', why: 'it is not asked here' } as const);
  const nothing = () => undefined;
  return {
    site,
    now: time.now,
    sleep: time.sleep,
    account: { partition: 'aws', id: '123456789012' },
    pacer: new CallPacer(MUTATING_CALLS, time.now(), chance.number),
    announcedOutcomes: new AnnouncedOutcomes(),
    unjournaled: new UnjournaledSwaps(),
    prepared: new PreparedObservations(),
    attached,
    store: slow(storeOn(new Table(time.now, 100)), async () => time.sleep(2 * halfLatency(chance))),
    describeRoutes: (routes) => describeRoutes(reads, routes),
    describeRouters: (routers) =>
      attached.describe(routers, (them, last) => describeRouters(reads, them, last, nothing)),
    replaceRoute: async (route, eni) => {
      const outcome = await replaceRoute(writes, route, eni);
      if (outcome === 'replaced') onMoved(route);
      return outcome;
    },
    rehearseReplace: (route, eni) => rehearseReplace(writes, route, eni),
    readBgp: silent,
    examineRouter: silent,
    pushJournal: () => Promise.resolve(undefined),
    pushRequest: () => Promise.resolve(undefined),
    bootParameters: () => Promise.resolve({}),
    announce: () => Promise.resolve(),
    metric: nothing,
    log: { info: nothing, warn: nothing, error: nothing },
  };
}

/** The store, each call of which waits. */
function slow(store: Ports['store'], wait: () => Promise<void>): Ports['store'] {
  return new Proxy(store, {
    get:
      (target, name: keyof Ports['store']) =>
      async (...args: never[]) => {
        await wait();
        return (target[name] as (...given: never[]) => Promise<unknown>)(...args);
      },
  });
}
