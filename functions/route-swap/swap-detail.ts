import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { MAX_CALLS_IN_DETAIL, MAX_ROUTES_IN_DETAIL, type SentSwapDetail } from '#contracts/swap-detail.ts';
import type { Decision } from '#failover/decision.ts';
import { diagnose } from '#failover/diagnosis.ts';
import type { Observation, RouteFact } from '#failover/observation.ts';
import { routeName } from '#failover/site.ts';
import type { Trigger } from '#failover/trigger.ts';
import { observationAsSent } from './observation-as-sent.ts';
import type { RecordedCalls } from './recorded-calls.ts';

/** A decision, and the observation that it was made on. */
export interface Decided {
  readonly decision: Decision;
  readonly observation: Observation;
}

/** What the history keeps of a run, bounded in size whatever the number of routes and calls. */
export function swapDetail({ decision, observation }: Decided, recorded: RecordedCalls): SentSwapDetail {
  const { kind, reason, says } = decision;
  const calls = recorded.calls();
  const hasReplaced = calls.some(({ name }) => name === 'ec2:ReplaceRoute');
  const after = hasReplaced ? recorded.lastRoutes() : undefined;
  const kept = routesKept(observation, decision, after);
  return {
    version: PRODUCT_VERSION,
    trigger: withoutRecordedParts(observation.trigger),
    seen: observationAsSent(withRoutes(observation, kept)),
    diagnosis: diagnose(observation),
    decision: { kind, reason, says },
    calls: calls.slice(-MAX_CALLS_IN_DETAIL),
    ...(after && { routesAfter: after.filter((route) => kept.has(routeName(route))) }),
    counts: { routes: observation.routes.length, calls: calls.length },
  };
}

/** The rounds of a probe are in the observation, and the details of a report in the entry. */
function withoutRecordedParts(trigger: Trigger): Trigger {
  if (trigger.kind === 'probe') return { kind: trigger.kind, id: trigger.id };
  if (trigger.kind !== 'report') return trigger;
  const { details: _, ...rest } = trigger;
  return rest;
}

/** Names of the routes that moved or are not at the target, then of the others. */
function routesKept(
  { routes }: Observation,
  decision: Decision,
  after: readonly RouteFact[] | undefined,
): ReadonlySet<string> {
  const target = 'target' in decision ? decision.target.eni : undefined;
  const ends = new Map((after ?? []).map((route) => [routeName(route), route.target]));
  const isStill = (route: RouteFact) =>
    route.target === target && (ends.get(routeName(route)) ?? route.target) === target;
  const ordered = [...routes.filter((route) => !isStill(route)), ...routes.filter(isStill)];
  return new Set(ordered.slice(0, MAX_ROUTES_IN_DETAIL).map(routeName));
}

function withRoutes(observation: Observation, kept: ReadonlySet<string>): Observation {
  const { site, routes } = observation;
  return {
    ...observation,
    site: { ...site, neighbors: [], routes: site.routes.filter((route) => kept.has(routeName(route))) },
    routes: routes.filter((route) => kept.has(routeName(route))),
  };
}
