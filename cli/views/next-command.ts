import type { SiteStatus } from '#contracts/site-status.ts';
import { isRestorable, restoreCommand } from '#failover/foreign-route.ts';
import { factsOf, instanceOf, type Observation } from '#failover/observation.ts';
import { modeObstacle, pauseObstacle } from '#failover/planned-work.ts';
import { routersOf } from '#failover/site.ts';
import type { Severity } from '#failover/site-severity.ts';
import type { NextCommand } from '../output/next-command.ts';
import { observationOf } from './observation-of.ts';

/** The part of a site's view that the next command depends on. */
interface Shown {
  readonly name: string;
  readonly region: string;
  readonly severity: Severity;
  readonly pause: object | null;
  readonly differsFromTopology: boolean;
}

/** The command to type next about a site; null: it is `ok`. Never a switchover to a router that is not fit. */
export function nextCommand(site: Shown, status: SiteStatus, next: NextCommand): string | null {
  if (site.severity === 'ok') return null;
  const observation = observationOf(status);
  const missing = observation.routes.find((route) => isRestorable(route, observation.site));
  if (missing !== undefined) return restoreCommand(missing, observation);
  const move = switchover(site, status, next);
  if (move !== undefined) return move;
  const repair = repairOfRouter(site, observation, next);
  if (repair !== undefined) return repair;
  if (site.severity === 'attention' && site.pause !== null) return next('resume', site.name);
  if (status.push?.underWay === false) return next('config', 'push');
  if (status.diagnosis.kind === 'Healthy' && site.severity === 'attention' && site.differsFromTopology)
    return next('changes');
  return next('explain', site.name);
}

/** Of the first router that is in maintenance or stopped: each of the two alone prevents that it is fit. */
function repairOfRouter({ name, region }: Shown, observation: Observation, next: NextCommand): string | undefined {
  for (const router of routersOf(observation.site)) {
    const { instance } = factsOf(observation, router);
    const id = instanceOf(observation, router);
    if (instance === 'stopped' && id !== undefined)
      return `aws ec2 start-instances --region ${region} --instance-ids ${id}`;
    if (instance === 'running' && observation.stored.maintenance[router.eni] !== undefined)
      return next('maintenance', 'off', name, router.name, '--reason', 'TEXT');
  }
  return undefined;
}

/** A switchover that ends the condition, with the overrides that it needs; undefined: there is none, or the rules move the routes. */
function switchover({ name, severity }: Shown, status: SiteStatus, next: NextCommand): string | undefined {
  const { diagnosis, decision } = status;
  const isHelpful = severity === 'down' ? !UNHELPFUL.has(diagnosis.kind) : MOVES_END.has(diagnosis.kind);
  if (!isHelpful || !diagnosis.targetFitness.fit || decision.kind === 'swap') return undefined;
  const observation = observationOf(status);
  const rules = [modeObstacle(observation), pauseObstacle(observation)].flatMap((each) => each?.rule ?? []);
  const overrides = rules.flatMap((rule) => ['--override', rule]);
  return next('switchover', name, '--to', diagnosis.target.name, ...overrides, '--reason', 'TEXT');
}

/** Traffic is lost, and not because of the owner. */
const UNHELPFUL: ReadonlySet<string> = new Set(['Healthy', 'StandbyUnfit', 'NoRouteOfThePair', 'BothUnfit']);

/** Degraded, and a switchover ends it. */
const MOVES_END: ReadonlySet<string> = new Set(['OwnerDetoured', 'OwnerImpaired', 'OwnerEventDue', 'RoutesSplit']);
