import type { Ec2Facts } from '#aws/routers.ts';
import { pathOf } from '#failover/bgp-counts.ts';
import { claimTime, staleness } from '#failover/claim.ts';
import { withFormerInterfaces } from '#failover/former-interfaces.ts';
import {
  type BgpEvidence,
  instanceOf,
  type Observation,
  type RouteFact,
  type RouterFacts,
  UNKNOWN,
} from '#failover/observation.ts';
import {
  isEndOf,
  isNoticeOf,
  keptUntil,
  type Notice,
  openEvents,
  type ScheduledEvent,
} from '#failover/scheduled-event.ts';
import { type ManagedRoute, type ManagedRouter, type ManagedSite, routersOf } from '#failover/site.ts';
import { newestState } from '#failover/state-event.ts';
import type { FromInstance, StoredSite } from '#failover/stored-site.ts';
import { type Heartbeat, NOTHING_STORED, type ProbeReading, type ProbeRound } from '#failover/stored-state.ts';
import { withTentativeSettled } from '#failover/tentative-swap.ts';
import type { ReportTrigger, Trigger } from '#failover/trigger.ts';
import { withUnfinishedMarked } from '#failover/unfinished-swap.ts';
import type { ClaimStore, StateStore } from '#functions/site-store.ts';
import type { AttachedInstances, DescribeRouters } from './attached-instances.ts';
import type { Log } from './log.ts';

/** What an observation requires. `handler.ts` uses AWS clients, tests use plain objects. */
export interface ObservationPorts {
  readonly site: ManagedSite;
  /** ms since the epoch. */
  readonly now: () => number;
  describeRoutes(routes: readonly ManagedRoute[]): Promise<readonly RouteFact[]>;
  describeRouters: DescribeRouters;
  /** Outlives the run. */
  readonly attached: AttachedInstances;
  readonly store: StateStore & Pick<ClaimStore, 'recordClaim'>;
  readonly log: Log;
}

/**
 * One snapshot of the site. The reads go out together: the slowest of them is what a swap waits for.
 *
 * @param read reads the store
 */
export async function observe(
  trigger: Trigger,
  ports: ObservationPorts,
  read: () => Promise<StoredSite> = () => readStore(trigger, ports),
): Promise<Observation> {
  const [ec2, stored] = await Promise.all([readEc2(ports), read()]);
  return observationOf(trigger, ec2, stored, ports);
}

/** What EC2 reports of the site. */
export interface Ec2Snapshot {
  readonly routes: readonly RouteFact[];
  /** By router name. */
  readonly routers: Readonly<Record<string, Ec2Facts>>;
}

export async function readEc2({ site, ...ports }: ObservationPorts): Promise<Ec2Snapshot> {
  const [routes, routers] = await Promise.all([
    ports.describeRoutes(site.routes),
    ports.describeRouters(routersOf(site)),
  ]);
  return { routes, routers };
}

/** The observation that these reads make for a trigger. Calls EC2 only if a route points at a former interface. */
export async function observationOf(
  trigger: Trigger,
  { routes, routers: ec2 }: Ec2Snapshot,
  recollection: StoredSite,
  ports: ObservationPorts,
): Promise<Observation> {
  const site = withFormerInterfaces(ports.site, routes, recollection.stored.interfaces);
  const formerInterfaces = await formerFacts(site, ports);
  const at = ports.now();
  const observed = { routes, site };
  const stored = withUnfinishedMarked(withTentativeSettled(recollection.stored, observed, at), observed, at);
  const found = Object.fromEntries(routersOf(site).map((router) => [router.name, ec2Facts(router, ec2, ports)]));
  const instance = (router: ManagedRouter) => instanceOf({ routers: found }, router);
  const probes = stored.probes.map((round) => ofAttachedInstances(round, site, instance));
  const facts = (router: ManagedRouter): RouterFacts => {
    const { events: listed = [], ...known } = found[router.name] ?? UNKNOWN;
    const its = instance(router);
    const events = its === undefined ? [] : openEvents(listed, noticesOf(its, stored.notices, trigger, at));
    return {
      ...known,
      ...(events.length > 0 && { events }),
      instance: newestState(its, known.instance, trigger, at),
      ...saidOf(router, its, { ...recollection, probes, trigger, at }),
    };
  };
  return {
    at,
    site,
    trigger,
    routers: Object.fromEntries(routersOf(site).map((router) => [router.name, facts(router)])),
    ...(formerInterfaces !== undefined && { formerInterfaces }),
    routes,
    stored: { ...stored, probes },
  };
}

/** What EC2 reports of former interfaces that routes point at, by interface; undefined: there are none, as nearly always. */
async function formerFacts(
  site: ManagedSite,
  { describeRouters }: ObservationPorts,
): Promise<Observation['formerInterfaces']> {
  const former = routersOf(site).flatMap(({ formerEnis = [], ...router }) =>
    formerEnis.map((eni) => ({ ...router, eni, instance: undefined })),
  );
  if (former.length === 0) return undefined;
  const facts = await Promise.all(
    former.map(async (router): Promise<[string, RouterFacts]> => {
      const { events: _, ...known } = { ...UNKNOWN, ...(await describeRouters([router]))[router.name] };
      return [router.eni, known];
    }),
  );
  return Object.fromEntries(facts);
}

/** EC2's answer about a router, and the last one about its instance where EC2 does not report its interface. */
function ec2Facts(
  router: ManagedRouter,
  { [router.name]: known }: Readonly<Record<string, Ec2Facts>>,
  { attached }: ObservationPorts,
): RouterFacts {
  const facts = { ...UNKNOWN, ...known };
  const isUnanswered = router.instance === undefined && facts.interface === 'unknown';
  return isUnanswered ? { ...facts, lastInstance: attached.of(router) } : facts;
}

/** What EventBridge delivered of this instance: now, or before. */
function noticesOf(
  instance: string,
  remembered: readonly Notice[],
  trigger: Trigger,
  at: number,
): readonly ScheduledEvent[] {
  const now = trigger.kind === 'ec2' ? (trigger.notices ?? []) : [];
  const isReplaced = ({ instance: its, event }: Notice) =>
    now.some((each) => isNoticeOf(each, its, event.code) && (each.event.over !== true || isEndOf(each.event, event)));
  const before = remembered.filter((notice) => !isReplaced(notice));
  return [...now, ...before]
    .filter((notice) => notice.instance === instance && notice.event.over !== true && keptUntil(notice.event) > at)
    .map(({ event }) => event);
}

/**
 * A store that does not answer is a fact like any other; the rules know what it means.
 *
 * @param trigger undefined: its earlier answer is not read
 * @param options of `StateStore.read`
 */
export async function readStore(
  trigger: Pick<Trigger, 'id'> | undefined,
  { store, log }: ObservationPorts,
  options?: Parameters<StateStore['read']>[1],
): Promise<StoredSite> {
  try {
    return await store.read(trigger?.id, options);
  } catch (error) {
    log.error("The site's store does not answer", { error });
    return { stored: { ...NOTHING_STORED, reachable: false }, evidence: {}, heartbeats: {}, contacts: {} };
  }
}

/**
 * Removes readings of instances that are no longer attached, and their silence: they are no evidence about the new instance. The
 * probe asks the topology's instance, or the one that the round names. While no instance is attached all readings stay, because the
 * store keeps what this returns, and the instance before may be attached again.
 */
export function ofAttachedInstances(
  round: ProbeRound,
  site: ManagedSite,
  instanceAt: (router: ManagedRouter) => string | undefined,
): ProbeRound {
  const readings = routersOf(site).flatMap((router): [string, ProbeReading | null][] => {
    const reading = round.readings[router.eni];
    if (reading === undefined) return [];
    const asked = reading?.instance ?? router.instance ?? round.asked?.[router.eni];
    const now = instanceAt(router);
    return now === undefined || asked === now ? [[router.eni, reading]] : [];
  });
  return { ...round, readings: Object.fromEntries(readings) };
}

interface Heard extends StoredSite {
  readonly probes: readonly ProbeRound[];
  readonly trigger: Trigger;
  readonly at: number;
}

/** What was said of a router's sessions, by the instance that it is now and of it; nothing if no instance is known. */
function saidOf(
  { name, eni }: ManagedRouter,
  instance: string | undefined,
  { evidence, heartbeats, contacts, probes, trigger, at }: Heard,
): Pick<RouterFacts, 'evidence' | 'heartbeat' | 'contactAt'> {
  const ofIt = <Word>(said: FromInstance<Word> | undefined) =>
    said?.instance === instance ? said?.content : undefined;
  const reports = trigger.kind === 'report' && trigger.reporter === name;
  const claimed = reports ? ownStatement(trigger, at) : undefined;
  const before = ofIt(evidence[eni]);
  const heartbeat = ofIt(heartbeats[eni]);
  const times = [claimed?.at, before?.at, heartbeat?.at, ofIt(contacts[eni])?.at];
  const heard = times.filter((time) => time !== undefined);
  return {
    evidence: [claimed, before, claimIn(heartbeat), instance === undefined ? undefined : probed(eni, probes)].filter(
      (each) => each !== undefined,
    ),
    ...(heard.length > 0 && { contactAt: Math.max(...heard) }),
    ...(heartbeat?.everyMs !== undefined && { heartbeat: timesOf(heartbeat, heartbeat.everyMs) }),
  };
}

function timesOf({ at, since }: Heartbeat, everyMs: number): RouterFacts['heartbeat'] {
  return { at, everyMs, ...(since !== undefined && { since }) };
}

function claimIn(heartbeat: Heartbeat | undefined): BgpEvidence | undefined {
  if (heartbeat?.bgp === undefined) return undefined;
  return { by: 'itself', at: heartbeat.at, bgp: heartbeat.bgp };
}

/** The newest round with a known state of the router's sessions; without one, the newest in which it answered. */
function probed(eni: string, rounds: readonly ProbeRound[]): BgpEvidence | undefined {
  const evidence = rounds.flatMap(({ at, readings }): BgpEvidence[] => {
    const reading = readings[eni];
    return reading === null || reading === undefined ? [] : [{ by: 'probe', at: reading.at ?? at, bgp: reading.bgp }];
  });
  return evidence.findLast(tells) ?? evidence.at(-1);
}

/** What could not be read says nothing, and takes nothing back that was said before. */
function tells({ bgp }: BgpEvidence): boolean {
  return pathOf(bgp) !== 'unknown';
}

/**
 * A report is also the reporter's own claim, which protects it if its peer accuses it in turn. No swap need wait for it.
 * Never throws.
 */
export async function recordReporterClaim(
  trigger: Trigger,
  { site, store, log, now }: ObservationPorts,
): Promise<void> {
  if (trigger.kind !== 'report') return;
  const statement = ownStatement(trigger, now());
  const router = routersOf(site).find(({ name }) => name === trigger.reporter);
  if (statement === undefined || !tells(statement) || router === undefined) return;
  try {
    await store.recordClaim({ eni: router.eni, instance: trigger.instance }, statement);
  } catch (error) {
    log.warn(`What ${trigger.reporter} said of itself could not be stored`, { error });
  }
}

/** None if the report is stale. Sessions that could not be read do not replace an earlier claim. */
function ownStatement({ at, bgp }: ReportTrigger, now: number): BgpEvidence | undefined {
  if (bgp === undefined || pathOf(bgp) === 'unknown' || staleness('report', at, now) !== undefined) return undefined;
  return { by: 'itself', at: claimTime(at, now), bgp };
}
