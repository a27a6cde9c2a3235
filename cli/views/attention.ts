import type { SiteStatus } from '#contracts/site-status.ts';
import { adviceOn, eventsOf } from '#failover/evacuation.ts';
import { problemsOf } from '#failover/health-change.ts';
import { type Observation, routesOfThePair } from '#failover/observation.ts';
import { routeName, routersOf } from '#failover/site.ts';
import type { SeverityFindings } from '#failover/site-severity.ts';
import type { NextCommand } from '../output/next-command.ts';
import { utcTime } from '../output/time.ts';
import { observationOf } from './observation-of.ts';
import { outdatedPrograms, type ProgramsView } from './router-programs.ts';
import { unfinishedPushTexts } from './unfinished-push.ts';
import { versionSkew } from './version-skew.ts';

/** The part of a site's view that attention rests on. */
interface Shown {
  readonly name: string;
  readonly pause: { readonly by: string; readonly until: string; readonly reason: string } | null;
  readonly foreignRoutes: readonly { readonly says: string }[];
  readonly differsFromTopology: boolean;
  readonly routers: readonly { readonly name: string; readonly programs: ProgramsView }[];
}

/** Everything about a site that an operator should check, as clauses. @param next of the command line */
export function attentionTo(site: Shown, status: SiteStatus, next: NextCommand): SeverityFindings {
  return { problems: problemsIn(site, status), notices: noticesAbout(site, status, next) };
}

/** What a failover would need: the severity of the site is `degraded` or `down`. */
function problemsIn({ foreignRoutes }: Shown, status: SiteStatus): readonly string[] {
  const { kind, says } = status.diagnosis;
  const { stored } = status.seen;
  return [
    ...(kind === 'Healthy' || kind === 'OwnerEventDue' ? [] : [`${kind}: ${says}`]),
    ...(stored.reachable
      ? []
      : ["the site's DynamoDB table does not answer: pause, hold-down and maintenance are unknown"]),
    ...(kind === 'Healthy'
      ? problemsOf(stored.health).map((problem) => `found by the newest round of the health probe: ${problem}`)
      : []),
    ...foreignRoutes.map(({ says: fault }) => fault),
    ...lostAtThePair(observationOf(status)),
  ];
}

/** Routes at the pair that EC2 reports as blackhole: the diagnosis names them only if they are all of a router's. */
function lostAtThePair(observation: Observation): readonly string[] {
  return routesOfThePair(observation)
    .filter(({ state }) => state === 'blackhole')
    .map((route) => `EC2 reports managed route ${routeName(route)} as blackhole, and its traffic is lost`);
}

/** Everything else. */
function noticesAbout(
  { pause, differsFromTopology, name, routers }: Shown,
  status: SiteStatus,
  next: NextCommand,
): readonly string[] {
  const { kind, says } = status.diagnosis;
  return [
    ...(kind === 'OwnerEventDue' ? [`${kind}: ${says}`] : []),
    ...(pause === null
      ? []
      : [
          `paused by ${pause.by} until ${utcTime(Date.parse(pause.until))} (${pause.reason}): no automatic failover until then`,
        ]),
    ...aboutEvents(observationOf(status)),
    ...aboutPush(status.push),
    ...(differsFromTopology
      ? [`the deployed stack of ${name} differs from the topology file: ${next('changes')} shows how`]
      : []),
    ...outdatedPrograms(name, routers, next),
    ...versionSkew(name, status.version),
  ];
}

/** Scheduled events, each with the command that avoids its effect, if there is one. */
export function aboutEvents(observation: Observation): readonly string[] {
  return routersOf(observation.site).flatMap((router) =>
    eventsOf(observation, router).map((event) => adviceOn(observation, router, event).replace(/\.$/, '')),
  );
}

/** A push in progress needs no attention, unless it waits for confirmation or has broken a router. */
function aboutPush(push: SiteStatus['push']): readonly string[] {
  if (push === null) return ['the state of configuration pushes cannot be read'];
  if (push === undefined || (push.underWay && push.state !== 'held' && push.state !== 'broken')) return [];
  return [unfinishedPushTexts(push).join('; ')];
}
