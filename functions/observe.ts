import type { Ec2Facts } from '#aws/routers.ts';
import type { Recollection, Said, SiteStore } from '#aws/site-store.ts';
import { pathOf } from '#failover/bgp-counts.ts';
import { saidAt, staleness } from '#failover/claim.ts';
import { BLANK, type Heartbeat, type ProbeReading, type ProbeRound } from '#failover/memory.ts';
import {
  type BgpStatement,
  type Observation,
  type RouteFact,
  type RouterFacts,
  UNKNOWN,
} from '#failover/observation.ts';
import { isOf, keptUntil, merged, type Notice, type ScheduledEvent } from '#failover/scheduled-event.ts';
import { type ManagedRoute, type ManagedRouter, type ManagedSite, routersOf } from '#failover/site.ts';
import { newestState } from '#failover/state-event.ts';
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
  const [routes, ec2, recollection] = await Promise.all([
    tools.describeRoutes(site.routes),
    tools.describeRouters(routersOf(site)),
    recall(trigger, tools),
  ]);
  const at = tools.now();
  const instances = new Map(
    routersOf(site).map((router) => [router.eni, ec2[router.name]?.attachedTo ?? router.instance]),
  );
  const probes = recollection.memory.probes.map((round) => ofPresent(round, site, ({ eni }) => instances.get(eni)));
  const facts = (router: ManagedRouter): RouterFacts => {
    const instance = instances.get(router.eni) ?? router.instance;
    const { events: listed = [], ...known }: Partial<Ec2Facts> = ec2[router.name] ?? {};
    const events = merged(listed, noticesOf(instance, recollection.memory.notices, trigger, at));
    return {
      ...UNKNOWN,
      ...known,
      ...(events.length > 0 && { events }),
      instance: newestState(instance, known.instance ?? 'unknown', trigger, at),
      ...saidOf(router, instance, { ...recollection, probes, trigger, at }),
    };
  };
  return {
    at,
    site,
    trigger,
    routers: Object.fromEntries(routersOf(site).map((router) => [router.name, facts(router)])),
    routes,
    memory: { ...recollection.memory, probes },
  };
}

/** What EventBridge delivered of this instance: now, or before. */
function noticesOf(
  instance: string,
  remembered: readonly Notice[],
  trigger: Trigger,
  at: number,
): readonly ScheduledEvent[] {
  const now = trigger.kind === 'ec2' ? (trigger.notices ?? []) : [];
  const before = remembered.filter(({ instance: its, event }) => !now.some((each) => isOf(each, its, event.code)));
  return [...now, ...before]
    .filter((notice) => notice.instance === instance && notice.event.over !== true && keptUntil(notice.event) > at)
    .map(({ event }) => event);
}

/** A store that does not answer is a fact like any other; the rules know what it means. */
async function recall(trigger: Trigger, { store, log }: Eyes): Promise<Recollection> {
  try {
    return await store.recall(trigger.id);
  } catch (error) {
    log.error("The site's store does not answer", { error });
    return { memory: { ...BLANK, reachable: false }, statements: {}, heartbeats: {}, contacts: {} };
  }
}

/**
 * Without the readings, and the silence, of instances that are not there any more: they prove nothing of others. The probe asks
 * the topology's.
 */
export function ofPresent(
  round: ProbeRound,
  site: ManagedSite,
  instanceOf: (router: ManagedRouter) => string | undefined,
): ProbeRound {
  const readings = routersOf(site).flatMap((router): [string, ProbeReading | null][] => {
    const reading = round.readings[router.eni];
    if (reading === undefined) return [];
    return (reading ?? router).instance === instanceOf(router) ? [[router.eni, reading]] : [];
  });
  return { ...round, readings: Object.fromEntries(readings) };
}

interface Heard extends Recollection {
  readonly probes: readonly ProbeRound[];
  readonly trigger: Trigger;
  readonly at: number;
}

/** What was said of a router's sessions, by the instance that it is now and of it. */
function saidOf(
  { name, eni }: ManagedRouter,
  instance: string | undefined,
  { statements, heartbeats, contacts, probes, trigger, at }: Heard,
): Pick<RouterFacts, 'statements' | 'heartbeat' | 'contactAt'> {
  const ofIt = <Word>(said: Said<Word> | undefined) => (said?.instance === instance ? said?.word : undefined);
  const reports = trigger.kind === 'report' && trigger.reporter === name;
  const claimed = reports ? ownStatement(trigger, at) : undefined;
  const before = ofIt(statements[eni]);
  const heartbeat = ofIt(heartbeats[eni]);
  const times = [claimed?.at, before?.at, heartbeat?.at, ofIt(contacts[eni])?.at];
  const heard = times.filter((time) => time !== undefined);
  return {
    statements: [claimed, before, claimIn(heartbeat), probed(eni, probes)].filter((each) => each !== undefined),
    ...(heard.length > 0 && { contactAt: Math.max(...heard) }),
    ...(heartbeat?.everyMs !== undefined && { heartbeat: { at: heartbeat.at, everyMs: heartbeat.everyMs } }),
  };
}

function claimIn(heartbeat: Heartbeat | undefined): BgpStatement | undefined {
  if (heartbeat?.bgp === undefined) return undefined;
  return { by: 'itself', at: heartbeat.at, bgp: heartbeat.bgp };
}

/** The newest round that tells something of the router; if none does, the newest in which it answered. */
function probed(eni: string, rounds: readonly ProbeRound[]): BgpStatement | undefined {
  const statements = rounds.flatMap(({ at, readings }): BgpStatement[] => {
    const reading = readings[eni];
    return reading === null || reading === undefined ? [] : [{ by: 'probe', at: reading.at ?? at, bgp: reading.bgp }];
  });
  return statements.findLast(tells) ?? statements.at(-1);
}

/** What could not be read says nothing, and takes nothing back that was said before. */
function tells({ bgp }: BgpStatement): boolean {
  return pathOf(bgp) !== 'unknown';
}

/**
 * A report is also the reporter's own claim, which protects it if its peer accuses it in turn. No swap need wait for it.
 * Never throws.
 */
export async function rememberReporter(trigger: Trigger, { site, store, log, now }: Eyes): Promise<void> {
  if (trigger.kind !== 'report') return;
  const statement = ownStatement(trigger, now());
  const router = routersOf(site).find(({ name }) => name === trigger.reporter);
  if (statement === undefined || !tells(statement) || router === undefined) return;
  try {
    await store.remember({ eni: router.eni, instance: trigger.instance }, statement);
  } catch (error) {
    log.warn(`What ${trigger.reporter} said of itself could not be remembered`, { error });
  }
}

/** None if the report counts for nothing; sessions that it could not read take back nothing that was said before. */
function ownStatement({ at, bgp }: ReportTrigger, now: number): BgpStatement | undefined {
  if (bgp === undefined || pathOf(bgp) === 'unknown' || staleness('report', at, now) !== undefined) return undefined;
  return { by: 'itself', at: saidAt(at, now), bgp };
}
