import { isDeepStrictEqual } from 'node:util';
import type { SiteStatus } from '#contracts/site-status.ts';
import { DeployedSite } from '#contracts/site-status.ts';
import { adviceOn, eventsOf } from '#failover/evacuation.ts';
import { decisiveEvidence } from '#failover/fitness.ts';
import { problemsOf } from '#failover/health-change.ts';
import { holdDownEnd } from '#failover/hold-down.ts';
import { foreignRoutes, type Observation, routesOfThePair } from '#failover/observation.ts';
import { activePause } from '#failover/pause.ts';
import { routersOf as failoverRouters, managedSite } from '#failover/site.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { moment } from '../output/time.ts';
import { routersOf } from '../require-name.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { describeForeign, type ForeignRoute } from './foreign-route.ts';
import { unfinishedPush } from './unfinished-push.ts';

/** A site as `status` shows it: the command line's own type, part of its `--json`. Times are ISO, ages seconds. */
export interface SiteView {
  readonly name: string;
  readonly region: string;
  readonly at: string;
  /** True: nothing in `attention`. */
  readonly healthy: boolean;
  /** Sentences: all that somebody should look at. */
  readonly attention: readonly string[];
  readonly owner: string | null;
  readonly mode: 'automatic' | 'observe' | 'off';
  readonly prefer: 'availability' | 'safety';
  readonly pause: Noted | null;
  readonly holdDown: { readonly until: string; readonly leftS: number } | null;
  readonly automaticSwapsInTheLastHour: number;
  readonly maxSwapsPerHour: number;
  readonly epoch: number;
  readonly diagnosis: { readonly kind: string; readonly says: string };
  readonly decision: { readonly kind: string; readonly reason: string; readonly says: string };
  readonly routers: readonly RouterView[];
  /** A push of configurations that has not come to its end. */
  readonly push: PushInSite | null;
  readonly foreignRoutes: readonly ForeignRoute[];
  /** What is deployed is not what the topology file says. */
  readonly differsFromTopology: boolean;
}

export interface RouterView {
  readonly name: string;
  readonly role: 'active' | 'standby';
  readonly instance: string;
  readonly statusChecks: string;
  readonly interface: string;
  readonly sourceDestCheck: boolean | 'unknown';
  /** What was said of its eBGP sessions, newest first. */
  readonly ebgp: readonly EbgpView[];
  readonly fit: boolean;
  /** Why not; empty if it is. */
  readonly unfit: readonly string[];
  readonly maintenance: Omit<Noted, 'until' | 'leftS'> | null;
  /** Managed routes that point at it. */
  readonly routes: number;
  /** How long ago it showed that its reports arrive; null: never yet. */
  readonly contactAgeS: number | null;
  /** What AWS has announced to do to its instance, the next first. */
  readonly events: readonly EventView[];
}

interface EventView {
  readonly code: string;
  readonly description: string;
  /** Null: AWS did not say. */
  readonly notBefore: string | null;
}

export interface EbgpView {
  readonly established: number;
  readonly configured: number;
  /** Of the established ones: with prefixes received. */
  readonly receiving: number;
  /** Of the configured ones: nobody can tell their state. */
  readonly unreadable: number;
  readonly by: 'itself' | 'probe';
  readonly ageS: number;
  /** Whether the router is fit rests on this one. One at most: a router's own word counts for 10 s, the probe's for 90. */
  readonly counts: boolean;
}

interface PushInSite {
  readonly by: string;
  readonly at: string;
  /** A function is at work on it. */
  readonly underWay: boolean;
  readonly done: readonly string[];
  /** The router whose end is not known; null: none. */
  readonly router: string | null;
  readonly state: string | null;
  /** When it has its old configuration, unless it is confirmed. */
  readonly revertsAt: string | null;
}

interface Noted {
  readonly since: string;
  readonly until: string;
  readonly leftS: number;
  readonly by: string;
  readonly reason: string;
}

const HOUR_MS = 3_600_000;

export function siteView(siteRef: SiteRef, status: SiteStatus): SiteView {
  const { seen, owner = null, diagnosis, decision } = status;
  const { at, stored, site } = seen;
  const full = observation(status);
  const { mode, prefer, holdDownMs, maxSwapsPerHour } = site.policy;
  const pause = activePause(stored, at);
  const holdDownUntil = holdDownEnd(stored, holdDownMs);
  const view = {
    name: siteRef.site.name,
    region: siteRef.site.region,
    at: iso(at),
    owner,
    mode,
    prefer,
    pause: pause === undefined ? null : { ...noted(pause), until: iso(pause.until), leftS: seconds(pause.until - at) },
    holdDown: holdDownUntil > at ? { until: iso(holdDownUntil), leftS: seconds(holdDownUntil - at) } : null,
    automaticSwapsInTheLastHour: stored.automaticSwaps.filter((began) => at - began < HOUR_MS).length,
    maxSwapsPerHour,
    epoch: stored.epoch,
    diagnosis: { kind: diagnosis.kind, says: diagnosis.says },
    decision: { kind: decision.kind, reason: decision.reason, says: decision.says },
    routers: routersOf(siteRef.site).map(({ name }) => routerView(name, status, full)),
    push: pushInSite(status.push),
    foreignRoutes: foreignRoutes(full).map(describeForeign),
    differsFromTopology: differs(siteRef, seen.site),
  };
  const attention = attentionTo(view, status);
  return { ...view, healthy: attention.length === 0, attention };
}

/** What the function saw, as the rules take it: looked at without being told anything. */
export function observation({ seen }: SiteStatus): Observation {
  return { ...seen, trigger: { kind: 'probe', id: '' } };
}

function routerView(name: string, status: SiteStatus, full: Observation): RouterView {
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
    fit: fitness.fit,
    unfit: fitness.fit ? [] : fitness.unfit,
    maintenance: maintenance === undefined ? null : noted(maintenance),
    routes: routesOfThePair(full).filter(({ target }) => target === router.eni).length,
    contactAgeS: facts?.contactAt === undefined ? null : seconds(seen.at - facts.contactAt),
    events: eventsOf(full, router).map(({ code, description, notBefore }) => ({
      code,
      description,
      notBefore: notBefore === undefined ? null : iso(notBefore),
    })),
  };
}

/** With the command that makes each harmless, where there is one. */
export function aboutEvents(full: Observation): readonly string[] {
  return failoverRouters(full.site).flatMap((router) =>
    eventsOf(full, router).map((event) => adviceOn(full, router, event).replace(/\.$/, '')),
  );
}

function attentionTo(
  { pause, foreignRoutes: foreign, differsFromTopology, name }: Omit<SiteView, 'healthy' | 'attention'>,
  status: SiteStatus,
): readonly string[] {
  const {
    diagnosis,
    push,
    seen: { stored },
  } = status;
  const well = diagnosis.kind === 'Healthy';
  const health = problemsOf(stored.health);
  return [
    ...(well ? [] : [`${diagnosis.kind}: ${diagnosis.says}`]),
    ...(pause === null
      ? []
      : [
          `paused by ${pause.by} until ${moment(Date.parse(pause.until))} (${pause.reason}): no automatic failover until then`,
        ]),
    ...(stored.reachable ? [] : ["the site's store does not answer: no pause, hold-down or maintenance is known"]),
    ...(well ? health.map((problem) => `by the probe: ${problem}`) : []),
    ...foreign.map(({ says }) => says),
    ...aboutEvents(observation(status)),
    ...aboutPush(push),
    ...(differsFromTopology
      ? [`what is deployed is not what the topology file says of ${name}: look with npx cdk diff`]
      : []),
  ];
}

/** One that a function is at work on needs nobody; one that is held waits for somebody. */
function aboutPush(push: SiteStatus['push']): readonly string[] {
  if (push === null) return ['whether a push of configurations is unfinished could not be read'];
  if (push === undefined || (push.underWay && push.state !== 'held' && push.state !== 'broken')) return [];
  return [unfinishedPush(push).join('; ')];
}

function pushInSite(push: SiteStatus['push']): PushInSite | null {
  if (push === undefined || push === null) return null;
  const { by, at, underWay, done, router = null, state = null, revertsAt } = push;
  return { by, at: iso(at), underWay, done, router, state, revertsAt: revertsAt === undefined ? null : iso(revertsAt) };
}

/** Read through the same schema, so that only what both know is compared. */
function differs({ topology, site }: SiteRef, deployed: Observation['site']): boolean {
  if (site.vpc.create) return false;
  const { active, standby } = site.routers;
  if (active.instanceRole === undefined || standby.instanceRole === undefined) return true;
  const wanted = DeployedSite.parse(managedSite(topology, site, bgpNeighbors(topology)));
  return !isDeepStrictEqual(wanted, DeployedSite.parse(deployed));
}

function noted({ since, by, reason }: { readonly since: number; readonly by: string; readonly reason: string }) {
  return { since: iso(since), by, reason };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000));
}
