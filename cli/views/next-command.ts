import type { SiteStatus } from '#contracts/site-status.ts';
import { isRestorable, restoreCommand } from '#failover/foreign-route.ts';
import { factsOf, instanceOf, type Observation } from '#failover/observation.ts';
import { modeObstacle, pauseObstacle } from '#failover/planned-work.ts';
import { routersOf } from '#failover/site.ts';
import type { Severity } from '#failover/site-severity.ts';
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
export function nextCommand(site: Shown, status: SiteStatus): string | null {
  if (site.severity === 'ok') return null;
  const observation = observationOf(status);
  const missing = observation.routes.find((route) => isRestorable(route, observation.site));
  if (missing !== undefined) return restoreCommand(missing, observation);
  const move = switchover(site, status);
  if (move !== undefined) return move;
  const repair = repairOfRouter(site, observation);
  if (repair !== undefined) return repair;
  if (site.severity === 'attention' && site.pause !== null) return `vyos-failover resume ${site.name}`;
  if (status.push?.underWay === false) return 'vyos-failover config push';
  if (status.diagnosis.kind === 'Healthy' && site.severity === 'attention' && site.differsFromTopology)
    return 'vyos-failover changes';
  return `vyos-failover explain ${site.name}`;
}

/** Of the first router that is in maintenance or stopped: each of the two alone prevents that it is fit. */
function repairOfRouter({ name, region }: Shown, observation: Observation): string | undefined {
  for (const router of routersOf(observation.site)) {
    const { instance } = factsOf(observation, router);
    const id = instanceOf(observation, router);
    if (instance === 'stopped' && id !== undefined)
      return `aws ec2 start-instances --region ${region} --instance-ids ${id}`;
    if (instance === 'running' && observation.stored.maintenance[router.eni] !== undefined)
      return `vyos-failover maintenance off ${name} ${router.name} --reason TEXT`;
  }
  return undefined;
}

/** A switchover that ends the condition, with the overrides that it needs; undefined: there is none, or the rules move the routes. */
function switchover({ name, severity }: Shown, status: SiteStatus): string | undefined {
  const { diagnosis, decision } = status;
  const isHelpful = severity === 'down' ? !UNHELPFUL.has(diagnosis.kind) : MOVES_END.has(diagnosis.kind);
  if (!isHelpful || !diagnosis.targetFitness.fit || decision.kind === 'swap') return undefined;
  const observation = observationOf(status);
  const rules = [modeObstacle(observation), pauseObstacle(observation)].flatMap((each) => each?.rule ?? []);
  const override = rules.map((rule) => ` --override ${rule}`).join('');
  return `vyos-failover switchover ${name} --to ${diagnosis.target.name}${override} --reason TEXT`;
}

/** Traffic is lost, and not because of the owner. */
const UNHELPFUL: ReadonlySet<string> = new Set(['Healthy', 'StandbyUnfit', 'NoRouteOfThePair', 'BothUnfit']);

/** Degraded, and a switchover ends it. */
const MOVES_END: ReadonlySet<string> = new Set(['OwnerDetoured', 'OwnerImpaired', 'OwnerEventDue', 'RoutesSplit']);
