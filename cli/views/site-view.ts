import { isDeepStrictEqual } from 'node:util';
import { DeployedSite, type SiteStatus } from '#contracts/site-status.ts';
import { eventsOf } from '#failover/evacuation.ts';
import { decisiveEvidence } from '#failover/fitness.ts';
import { holdDownEnd, swapsInLastHour } from '#failover/hold-down.ts';
import { foreignRoutes, type Observation, routesOfThePair } from '#failover/observation.ts';
import { activePause } from '#failover/pause.ts';
import { isAt, managedSite, routerAt } from '#failover/site.ts';
import { type Severity, severitySince, siteSeverity } from '#failover/site-severity.ts';
import type { StoredState } from '#failover/stored-state.ts';
import { createdKeysIn } from '#topology/created-ids.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import type { NextCommand } from '../output/next-command.ts';
import { routersOf } from '../require-name.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { attentionTo } from './attention.ts';
import { type ForeignRoute, foreignRouteView } from './foreign-route.ts';
import { type LostNeighbor, lostNeighbors } from './lost-neighbors.ts';
import { nextCommand } from './next-command.ts';
import { observationOf } from './observation-of.ts';
import { type ProgramsView, programsOf } from './router-programs.ts';

/** A site as in `status --json`. Times are ISO 8601, ages in seconds. */
export interface SiteView {
  readonly name: string;
  readonly region: string;
  readonly at: string;
  /** `down`: traffic is lost; `degraded`: redundancy is lost; `attention`: something else should be checked. */
  readonly severity: Severity;
  /** Since when it has this severity; null: it is `ok`, or the time is unknown. */
  readonly since: string | null;
  /** True if `attention` is empty. */
  readonly healthy: boolean;
  /** Everything that an operator should check, as clauses. */
  readonly attention: readonly string[];
  /** What is wrong at other sites and explains lost sessions of this one, as clauses. */
  readonly followsFrom: readonly string[];
  /** The command to type next; null: none is needed. */
  readonly next: string | null;
  /** An operator works on it; null: nobody has acknowledged the present severity. */
  readonly acknowledged: Acknowledged | null;
  readonly owner: string | null;
  /** The router that the topology prefers as the owner. */
  readonly preferred: string;
  readonly mode: 'automatic' | 'observe' | 'off';
  readonly prefer: 'availability' | 'safety';
  readonly pause: Pause | null;
  readonly holdDown: { readonly until: string; readonly leftS: number } | null;
  readonly automaticSwapsInTheLastHour: number;
  readonly maxSwapsPerHour: number;
  readonly epoch: number;
  readonly diagnosis: { readonly kind: string; readonly says: string };
  readonly decision: { readonly kind: string; readonly reason: string; readonly says: string };
  readonly routers: readonly RouterView[];
  /** A configuration push that has not finished. */
  readonly push: PushInSite | null;
  readonly foreignRoutes: readonly ForeignRoute[];
  readonly managedRoutes: readonly ManagedRouteView[];
  /** The deployed stack differs from the topology file. */
  readonly differsFromTopology: boolean;
  /** Of the functions that are deployed; null: 0.1.0 or before. */
  readonly version: string | null;
}

/** A managed route and where it points. */
interface ManagedRouteView {
  readonly table: string;
  readonly destination: string;
  /** Router of the pair that it points at; null: something else, or nothing. */
  readonly router: string | null;
  /** Id of what it points at; null: the table has no such route. */
  readonly target: string | null;
  readonly state: 'active' | 'blackhole' | 'missing';
}

export interface RouterView {
  readonly name: string;
  readonly role: 'active' | 'standby';
  readonly instance: string;
  readonly statusChecks: string;
  readonly interface: string;
  readonly sourceDestCheck: boolean | 'unknown';
  /** Evidence of its eBGP sessions, newest first. */
  readonly ebgp: readonly EbgpView[];
  /** Far ends from which it receives nothing; null: unknown which. */
  readonly lostNeighbors: readonly LostNeighbor[] | null;
  readonly fit: boolean;
  /** The reasons why it is not fit. */
  readonly unfit: readonly string[];
  readonly maintenance: Recorded | null;
  /** Managed routes that point at it. */
  readonly routes: number;
  /** Age of its last report, heartbeat or check of the report path; null: none yet. */
  readonly contactAgeS: number | null;
  /** Scheduled events of its instance, the next one first. */
  readonly events: readonly EventView[];
  readonly programs: ProgramsView;
}

interface EventView {
  readonly code: string;
  readonly description: string;
  /** Null: AWS gave no time. */
  readonly notBefore: string | null;
}

export interface EbgpView {
  readonly established: number;
  readonly configured: number;
  /** Established sessions that receive prefixes. */
  readonly receiving: number;
  /** Configured sessions whose state is unknown. */
  readonly unreadable: number;
  readonly by: 'itself' | 'probe';
  readonly ageS: number;
  /** Fitness is decided by this evidence, by one at most: a claim expires after 10 s, a probe's reading after 90 s. */
  readonly counts: boolean;
}

interface PushInSite {
  readonly by: string;
  readonly at: string;
  /** A function is running it now. */
  readonly underWay: boolean;
  readonly done: readonly string[];
  /** The router whose result is unknown; null: none. */
  readonly router: string | null;
  readonly state: string | null;
  /** When the router rolls back, unless the push is confirmed. */
  readonly revertsAt: string | null;
}

interface Recorded {
  readonly since: string;
  readonly by: string;
  readonly reason: string;
}

interface Acknowledged extends Recorded {
  /** Of the trigger in the history; null: the condition of the site at that time. */
  readonly id: string | null;
}

interface Pause extends Recorded {
  readonly until: string;
  readonly leftS: number;
}

/** @param next of the command line */
export function siteView(siteRef: SiteRef, status: SiteStatus, next: NextCommand): SiteView {
  const { seen, owner = null, diagnosis, decision } = status;
  const { at, stored, site } = seen;
  const full = observationOf(status);
  const { mode, prefer, holdDownMs, maxSwapsPerHour } = site.policy;
  const pause = activePause(stored, at);
  const holdDownUntil = holdDownEnd(stored, holdDownMs);
  const view = {
    name: siteRef.site.name,
    region: siteRef.site.region,
    at: iso(at),
    owner,
    preferred: siteRef.site.routers.active.name,
    mode,
    prefer,
    pause:
      pause === undefined ? null : { ...recorded(pause), until: iso(pause.until), leftS: seconds(pause.until - at) },
    holdDown: holdDownUntil > at ? { until: iso(holdDownUntil), leftS: seconds(holdDownUntil - at) } : null,
    automaticSwapsInTheLastHour: swapsInLastHour(stored, at),
    maxSwapsPerHour,
    epoch: stored.epoch,
    diagnosis: { kind: diagnosis.kind, says: diagnosis.says },
    decision: { kind: decision.kind, reason: decision.reason, says: decision.says },
    routers: routersOf(siteRef.site).map(({ name }) => routerView(name, siteRef, status, full)),
    push: pushInSite(status.push),
    foreignRoutes: foreignRoutes(full).map((route) => foreignRouteView(route, full)),
    managedRoutes: seen.routes.map(({ table, destination, target = null, state }) => ({
      table,
      destination,
      router: routerAt(seen.site, target ?? undefined)?.name ?? null,
      target,
      state,
    })),
    differsFromTopology: differs(siteRef, seen.site),
    version: status.version ?? null,
  };
  const { problems, notices } = attentionTo(view, status, next);
  const severity = siteSeverity(full, { problems, notices });
  const attention = [...problems, ...notices];
  const since = sinceWhen(severity, view, stored);
  return {
    ...view,
    severity,
    since,
    acknowledged: severity === 'ok' ? null : acknowledgedSince(since, view, seen),
    healthy: attention.length === 0,
    attention,
    followsFrom: [],
    next: nextCommand({ ...view, severity }, status, next),
  };
}

/** When the probe first found the severity; of a site that only a pause keeps from being `ok`, when it was paused. */
function sinceWhen(severity: Severity, { pause }: Pick<SiteView, 'pause'>, { health }: StoredState): string | null {
  const since = severitySince(health, severity);
  if (since !== undefined) return iso(since);
  return severity === 'attention' ? (pause?.since ?? null) : null;
}

/** The probe finds a condition up to three rounds after an operator can see it. */
const FOUND_WITHIN_MS = 3 * 60_000;

/** An acknowledgement ends with the condition that it is about: a later one, or a more serious one, has another time. */
function acknowledgedSince(
  since: string | null,
  { pause }: Pick<SiteView, 'pause'>,
  { at, stored }: SiteStatus['seen'],
): Acknowledged | null {
  const { acknowledgement } = stored;
  // A pause states its own time.
  const foundWithin = since !== null && since === pause?.since ? 0 : FOUND_WITHIN_MS;
  const visibleFrom = (since === null ? at : Date.parse(since)) - foundWithin;
  if (acknowledgement === undefined || acknowledgement.since < visibleFrom) return null;
  return { ...recorded(acknowledgement), id: acknowledgement.id ?? null };
}

function routerView(name: string, { topology }: SiteRef, status: SiteStatus, full: Observation): RouterView {
  const { seen, diagnosis } = status;
  const { active, standby } = seen.site.routers;
  const router = active.name === name ? active : standby;
  const facts = seen.routers[name];
  const fitness = diagnosis.subject.name === name ? diagnosis.subjectFitness : diagnosis.targetFitness;
  const maintenance = seen.stored.maintenance[router.eni];
  const counting = decisiveEvidence(facts?.evidence ?? [], seen.at);
  return {
    name,
    role: router.role,
    instance: facts?.instance ?? 'unknown',
    statusChecks: facts?.statusChecks ?? 'unknown',
    interface: facts?.interface ?? 'unknown',
    sourceDestCheck: facts?.sourceDestCheck ?? 'unknown',
    ebgp: (facts?.evidence ?? [])
      .toSorted((a, b) => b.at - a.at)
      .map((statement) => {
        const { by, at, bgp } = statement;
        return { ...bgp.tunnels, by, ageS: seconds(seen.at - at), counts: statement === counting };
      }),
    lostNeighbors: lostNeighbors(topology, name, counting),
    fit: fitness.fit,
    unfit: fitness.fit ? [] : fitness.unfit,
    maintenance: maintenance === undefined ? null : recorded(maintenance),
    routes: routesOfThePair(full).filter(({ target }) => isAt(router, target)).length,
    contactAgeS: facts?.contactAt === undefined ? null : seconds(seen.at - facts.contactAt),
    events: eventsOf(full, router).map(({ code, description, notBefore }) => ({
      code,
      description,
      notBefore: notBefore === undefined ? null : iso(notBefore),
    })),
    programs: programsOf(name, status),
  };
}

function pushInSite(push: SiteStatus['push']): PushInSite | null {
  if (push === undefined || push === null) return null;
  const { by, at, underWay, done, router = null, state = null, revertsAt } = push;
  return { by, at: iso(at), underWay, done, router, state, revertsAt: revertsAt === undefined ? null : iso(revertsAt) };
}

/** Both sides are parsed by the same schema, so that only fields known to both are compared. */
function differs({ topology, site }: SiteRef, deployed: Observation['site']): boolean {
  const { active, standby } = site.routers;
  if (active.instanceRole === undefined || standby.instanceRole === undefined) return true;
  // As JSON, which has no keys without a value: a created router has no instance.
  const described: unknown = JSON.parse(JSON.stringify(managedSite(topology, site, bgpNeighbors(topology))));
  const wanted = DeployedSite.parse(described);
  // Without the ids of what the deployment created there is nothing to compare.
  if (createdKeysIn(wanted).length > 0) return false;
  return !isDeepStrictEqual(wanted, DeployedSite.parse(asDeployed(deployed)));
}

/** Former interfaces are no part of the deployed topology: route-swap adds those that routes still point at. */
function asDeployed(site: Observation['site']): Observation['site'] {
  const { active, standby } = site.routers;
  const [{ formerEnis: _, ...first }, { formerEnis: __, ...second }] = [active, standby];
  return { ...site, routers: { active: first, standby: second } };
}

function recorded({ since, by, reason }: { readonly since: number; readonly by: string; readonly reason: string }) {
  return { since: iso(since), by, reason };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000));
}
