import type { Ec2Facts } from '#aws/routers.ts';
import type { Recollection, SiteStore } from '#aws/site-store.ts';
import { saidAt, staleness } from '#failover/claim.ts';
import { BLANK, type Heartbeat, type ProbeRound } from '#failover/memory.ts';
import {
  type BgpStatement,
  type Observation,
  type RouteFact,
  type RouterFacts,
  UNKNOWN,
} from '#failover/observation.ts';
import { type ManagedRoute, type ManagedRouter, type ManagedSite, routersOf } from '#failover/site.ts';
import type { ReportTrigger, Trigger } from '#failover/trigger.ts';
import type { Log } from './log.ts';

/** What looking takes. `handler.ts` makes it of AWS, tests make it of plain objects. */
export interface Eyes {
  readonly site: ManagedSite;
  /** ms since the epoch. */
  readonly now: () => number;
  describeRoutes(routes: readonly ManagedRoute[]): Promise<readonly RouteFact[]>;
  describeRouters(routers: readonly ManagedRouter[]): Promise<Readonly<Record<string, Ec2Facts>>>;
  readonly store: Pick<SiteStore, 'recall' | 'remember'>;
  readonly log: Log;
}

/** One snapshot of the site. The reads go out together: the slowest of them is what a swap waits for. */
export async function observe(trigger: Trigger, tools: Eyes): Promise<Observation> {
  const { site } = tools;
  const [routes, routers, recollection] = await Promise.all([
    tools.describeRoutes(site.routes),
    tools.describeRouters(routersOf(site)),
    recall(trigger, tools),
  ]);
  const at = tools.now();
  const facts = (router: ManagedRouter): RouterFacts => ({
    ...UNKNOWN,
    ...routers[router.name],
    statements: statementsOf(router.name, trigger, recollection, at),
    ...promised(recollection.heartbeats[router.name]),
  });
  return {
    at,
    site,
    trigger,
    routers: Object.fromEntries(routersOf(site).map((router) => [router.name, facts(router)])),
    routes,
    memory: recollection.memory,
  };
}

/** A store that does not answer is a fact like any other; the rules know what it means. */
async function recall(trigger: Trigger, { store, log }: Eyes): Promise<Recollection> {
  try {
    return await store.recall(trigger.id);
  } catch (error) {
    log.error("The site's store does not answer", { error });
    return { memory: { ...BLANK, reachable: false }, statements: {}, heartbeats: {} };
  }
}

/**
 * A report is also the reporter's own statement, which protects it if its peer accuses it in turn. No swap need wait for it.
 * Never throws.
 */
export async function rememberReporter(trigger: Trigger, { store, log, now }: Eyes): Promise<void> {
  const statement = trigger.kind === 'report' ? ownStatement(trigger, now()) : undefined;
  if (trigger.kind !== 'report' || statement === undefined) return;
  try {
    await store.remember(trigger.reporter, statement);
  } catch (error) {
    log.warn(`What ${trigger.reporter} said of itself could not be remembered`, { error });
  }
}

function statementsOf(
  router: string,
  trigger: Trigger,
  { memory, statements, heartbeats }: Recollection,
  now: number,
): readonly BgpStatement[] {
  const claimed = trigger.kind === 'report' && trigger.reporter === router ? ownStatement(trigger, now) : undefined;
  return [claimed ?? statements[router], beaten(heartbeats[router]), probed(router, memory.probes)].filter(
    (statement) => statement !== undefined,
  );
}

function beaten(heartbeat: Heartbeat | undefined): BgpStatement | undefined {
  if (heartbeat?.ebgp === undefined) return undefined;
  return { by: 'itself', at: heartbeat.at, heartbeat: true, ...heartbeat.ebgp };
}

function promised(heartbeat: Heartbeat | undefined): Pick<RouterFacts, 'heartbeat'> {
  if (heartbeat?.everyMs === undefined) return {};
  return { heartbeat: { at: heartbeat.at, everyMs: heartbeat.everyMs } };
}

/** None if the report counts for nothing. */
function ownStatement({ at, ebgp }: ReportTrigger, now: number): BgpStatement | undefined {
  if (ebgp === undefined || staleness('report', at, now) !== undefined) return undefined;
  return { by: 'itself', at: saidAt(at, now), ...ebgp };
}

/** The newest round in which the router answered. */
function probed(router: string, rounds: readonly ProbeRound[]): BgpStatement | undefined {
  const round = rounds.findLast(({ ebgp }) => ebgp[router] !== null && ebgp[router] !== undefined);
  const ebgp = round?.ebgp[router];
  return round === undefined || ebgp === null || ebgp === undefined
    ? undefined
    : { by: 'probe', at: round.at, ...ebgp };
}
