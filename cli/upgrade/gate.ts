/** The rules of `failover/` and the state of pushes, as clauses of an upgrade. Pure. */

import type { PushPlan } from '#contracts/push-plan.ts';
import type { SiteStatus } from '#contracts/site-status.ts';
import { modeObstacle, workObstacles } from '#failover/planned-work.ts';
import type { Override } from '#failover/trigger.ts';
import type { NextCommand } from '../output/next-command.ts';
import { unfinishedPushTexts } from '../views/unfinished-push.ts';

/** Why no step of an upgrade may begin at a site now, as clauses. Hold-down is no reason: the replacement repairs the standby. */
export function siteObstacles({ seen, push }: SiteStatus, overrides: readonly Override[]): string[] {
  const work = workObstacles(seen).filter(
    ({ reason }) => reason !== 'hold-down' && (reason !== 'paused' || !overrides.includes(reason)),
  );
  return [
    ...work.map(({ reason, says }) => (reason === 'paused' ? `${says}; --override paused sets the pause aside` : says)),
    ...(push === null ? ['the state of configuration pushes cannot be read'] : []),
    ...(push === null || push === undefined ? [] : unfinishedPushTexts(push)),
  ];
}

/** Why a switchover would be refused at any time, as clauses: known before the standby is replaced. */
export function modeObstacles({ seen }: SiteStatus, overrides: readonly Override[]): string[] {
  const obstacle = modeObstacle(seen);
  if (obstacle === undefined || overrides.includes(obstacle.rule)) return [];
  return [`${obstacle.says}, which refuses the switchover; --override ${obstacle.rule} sets it aside`];
}

/** The reasons why a router is not fit, as clauses; empty: it is fit. */
export function unfitness({ diagnosis }: SiteStatus, router: string): readonly string[] {
  const fitness = diagnosis.subject.name === router ? diagnosis.subjectFitness : diagnosis.targetFitness;
  return fitness.fit ? [] : fitness.unfit.map((why) => `${router} is not fit: ${why}`);
}

/** Why a router's configuration is not proven to be that of the topology, as clauses. */
export function configObstacles(plan: PushPlan, router: string, next: NextCommand): string[] {
  const found = plan.routers.find(({ name }) => name === router);
  if (found === undefined || found.digest === '')
    return [`the configuration of ${router} could not be read${found?.problem ? `: ${found.problem.says}` : ''}`];
  if (found.revertsAt !== undefined) return [`the configuration of ${router} is not confirmed`];
  if (found.commands.length > 0)
    return [`the configuration of ${router} differs from the topology: run ${next('config', 'push')} first`];
  if (found.boots === 'other')
    return [`${router} boots with another configuration: run ${next('config', 'push')} first`];
  return found.problem === undefined ? [] : [found.problem.says.replace(/\.$/, '')];
}
