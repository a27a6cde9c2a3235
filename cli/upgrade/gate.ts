/** What must hold before a router's instance is removed, or the routes are moved to a router. Pure. */
import type { PushPlan } from '#contracts/push-plan.ts';
import type { SiteStatus } from '#contracts/site-status.ts';
import { decisiveEvidence } from '#failover/fitness.ts';
import { activePause } from '#failover/pause.ts';
import { isSwapUnderWay } from '#failover/stored-state.ts';
import type { Override } from '#failover/trigger.ts';
import { utcTime } from '../output/time.ts';
import { unfinishedPushTexts } from '../views/unfinished-push.ts';

/** Why no step of an upgrade may begin at a site now, as clauses. */
export function siteObstacles({ seen, owner, push }: SiteStatus, overrides: readonly Override[]): string[] {
  const { stored, at } = seen;
  const pause = activePause(stored, at);
  return [
    ...(stored.reachable ? [] : ["the site's DynamoDB table does not answer"]),
    ...(owner === undefined ? ['its routes do not all point at one router'] : []),
    ...(isSwapUnderWay(stored, at) || stored.unfinished !== undefined ? ['a swap has not finished'] : []),
    ...(push === null ? ['the state of configuration pushes cannot be read'] : []),
    ...(push === null || push === undefined ? [] : unfinishedPushTexts(push)),
    ...(pause === undefined || overrides.includes('paused')
      ? []
      : [
          `it is paused by ${pause.by} until ${utcTime(pause.until)} (${pause.reason}); --override paused sets the pause aside`,
        ]),
  ];
}

/** Why a switchover would be refused at any time, as clauses: known before the standby is replaced. */
export function modeObstacles({ seen }: SiteStatus, overrides: readonly Override[]): string[] {
  const { mode } = seen.site.policy;
  if (mode === 'automatic' || overrides.includes(`mode-${mode}`)) return [];
  return [`mode: ${mode} refuses the switchover; --override mode-${mode} sets it aside`];
}

/** The reasons why a router is not fit, as clauses; empty: it is fit. */
export function unfitness({ diagnosis }: SiteStatus, router: string): readonly string[] {
  const fitness = diagnosis.subject.name === router ? diagnosis.subjectFitness : diagnosis.targetFitness;
  return fitness.fit ? [] : fitness.unfit.map((why) => `${router} is not fit: ${why}`);
}

/** Why a router's configuration is not proven to be that of the topology, as clauses. */
export function configObstacles(plan: PushPlan, router: string): string[] {
  const found = plan.routers.find(({ name }) => name === router);
  if (found === undefined || found.digest === '')
    return [`the configuration of ${router} could not be read${found?.problem ? `: ${found.problem.says}` : ''}`];
  if (found.revertsAt !== undefined) return [`the configuration of ${router} is not confirmed`];
  if (found.commands.length > 0)
    return [`the configuration of ${router} differs from the topology: run vyos-failover config push first`];
  if (found.boots === 'other')
    return [`${router} boots with another configuration: run vyos-failover config push first`];
  return found.problem === undefined ? [] : [found.problem.says.replace(/\.$/, '')];
}

/**
 * Whether the evidence that proves a router fit is of its present instance.
 *
 * @param since when its interface was attached, ms since the epoch
 */
export function isReadSince({ seen }: SiteStatus, router: string, since: number): boolean {
  const evidence = decisiveEvidence(seen.routers[router]?.evidence ?? [], seen.at);
  return evidence !== undefined && evidence.at > since;
}
