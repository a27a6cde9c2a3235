import { conditionOf, type Diagnosis, diagnose } from './diagnosis.ts';
import type { Observation } from './observation.ts';
import type { Health, SiteSeverity } from './stored-state.ts';
import { isTrafficLost } from './traffic-loss.ts';

/**
 * How serious the condition of a site is, the most serious first. `down`: traffic is lost. `degraded`: redundancy is lost, or what a
 * failover would need. `attention`: nothing of that, but an operator should check something. `ok`: everything is in order.
 */
export const SEVERITIES = ['down', 'degraded', 'attention', 'ok'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The most serious of some; `ok` if there is none. */
export function worstOf(severities: readonly Severity[]): Severity {
  return SEVERITIES.find((each) => severities.includes(each)) ?? 'ok';
}

/** What the status of a site rests on, besides its observation. */
export interface SeverityFindings {
  /** What a failover would need and does not have: foreign routes, refused calls, a store that does not answer. */
  readonly problems: readonly string[];
  /** Everything else that an operator should check: a pause, a scheduled event, an unfinished push, other versions. */
  readonly notices: readonly string[];
}

/** The severity that `status` shows. A site with a diagnosis or a problem has the severity that the notification states. */
export function siteSeverity(observation: Observation, { problems, notices }: SeverityFindings): Severity {
  if (isTrafficLost(observation)) return 'down';
  const diagnosis = withoutDueEvent(diagnose(observation), observation);
  if (diagnosis.kind !== 'Healthy' || problems.length > 0) return severityOf(diagnosis, observation);
  return notices.length > 0 ? 'attention' : 'ok';
}

/** A scheduled event is announced separately and prevents no failover; it must not hide another problem. */
export function withoutDueEvent(diagnosis: Diagnosis, observation: Observation): Diagnosis {
  return diagnosis.kind === 'OwnerEventDue' ? conditionOf(observation) : diagnosis;
}

/**
 * How serious the condition of a site is that is not healthy. Traffic is lost only where that is known: a router whose sessions cannot be
 * read may be forwarding (rule 1: what cannot be read is unknown, never down).
 */
export function severityOf({ kind }: Diagnosis, observation: Observation): SiteSeverity {
  switch (kind) {
    case 'OwnerNotRunning':
    case 'OwnerCannotForward':
    case 'OwnerReportedFailed':
    case 'OwnerLeft':
    case 'OwnerWithoutPath':
    case 'OwnerSilent':
      return 'down';
    case 'NoRouteOfThePair':
    case 'OwnerUnfit':
    case 'BothUnfit':
    case 'OwnerDetoured':
    case 'OwnerImpaired':
    case 'OwnerSuspected':
    case 'OwnerDisputed':
    case 'OwnerEventDue':
    case 'StandbyUnfit':
    case 'RoutesSplit':
    case 'RoutesAtFormerInterface':
    case 'NothingAtSubject':
    case 'SwapUnfinished':
    case 'SwapAbandoned':
    case 'MoveRequested':
    case 'Healthy':
      return isTrafficLost(observation) ? 'down' : 'degraded';
  }
}

/**
 * Since when the probe has found this severity, in ms since the epoch; undefined: it has not found it yet, or an earlier version stored
 * no time.
 */
export function severitySince(health: Health | undefined, severity: Severity): number | undefined {
  const newest = health?.changing ?? health;
  return newest?.severity === severity ? newest.severitySince : undefined;
}
