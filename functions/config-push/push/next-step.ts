import type { Refusal } from '#contracts/push-plan.ts';
import type { PushRequest } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { expectedNeighbors } from '../plan/expected-neighbors.ts';
import { withoutFarEnds } from '../plan/foreign-far-ends.ts';
import { needsPush } from '../plan/needs-push.ts';
import type { SitePlan } from '../plan/plan-site.ts';
import { plannedState } from '../plan/planned-state.ts';
import { timeProblem } from '../plan/problems.ts';
import { firstToPush, peerRefusal, routerRefusal, siteRefusal } from '../plan/refusal.ts';
import type { RouterPlan } from '../plan/router-plan.ts';
import { withDesiredNeighbors } from '../plan/topology-neighbors.ts';
import type { PushPorts } from '../ports.ts';
import type { Journal } from '../record/journal.ts';
import { recordOutcome } from '../record/record-outcome.ts';
import { recordPushedConfig } from '../record/record-pushed-config.ts';
import { mergeBaselines } from '../router/baseline.ts';
import { endedState } from '../router/router-states.ts';
import { pushRouter } from './push-router.ts';
import { longestProofMs } from './verify-bgp.ts';

/** Pushes the next router of a site that has been read, or answers why none is pushed. */
export async function nextStep(
  plan: SitePlan,
  journal: Journal,
  request: PushRequest,
  ports: PushPorts,
): Promise<PushResult> {
  const { only } = request;
  const next = only === undefined ? firstToPush(plan) : plan.routers.find(({ name }) => name === only);
  const refusal = siteRefusal(plan) ?? planChanged(plan, next, request) ?? routerRefusal(plan, next);
  if (refusal !== undefined) return refused(plan, refusal, ports);
  if (next === undefined) return unchanged(plan, journal, ports);
  return pushNext(next, plan, journal, request, ports);
}

/** Is this still the approved plan: the same owner, and the same commands on every router? */
function planChanged(plan: SitePlan, next: RouterPlan | undefined, request: PushRequest): Refusal | undefined {
  const { only, owner, digests } = request;
  const again = 'since the approved plan; plan again';
  if (only !== undefined && next === undefined) {
    return { reason: 'unknown-router', says: `${plan.observation.site.name} has no router ${only}` };
  }
  if (owner !== undefined && owner !== plan.owner?.name) {
    return { reason: 'plan-changed', says: `the routes have moved to ${plan.owner?.name} ${again}` };
  }
  const changed = plan.routers.find((each) => needsPush(each) && digests[each.name] !== each.digest);
  const other = changed ?? (next !== undefined && !needsPush(next) ? next : undefined);
  return other && { reason: 'plan-changed', says: `${other.name} has changed ${again}`, router: other.name };
}

async function pushNext(
  next: RouterPlan,
  plan: SitePlan,
  journal: Journal,
  request: PushRequest,
  ports: PushPorts,
): Promise<PushResult> {
  const { name, router, baseline: now } = next;
  // A session that was Established in the approved plan may be down now, because a far end has begun to change.
  const baseline = mergeBaselines([request.baselines?.[name] ?? {}, now ?? {}]);
  const unsafe = peerRefusal(next, baseline, plan);
  if (unsafe !== undefined) return refused(plan, unsafe, ports);
  const bgp = withoutFarEnds(withDesiredNeighbors(router, plan.topology).bgp, next.farEnds);
  const expected = expectedNeighbors(baseline, bgp, next.reading?.renamed);
  const size = {
    commands: next.commands.length,
    awaitsFarEnds: request.hold,
    proofMs: longestProofMs(expected, ports.verify),
  };
  const late = timeProblem(next, size, ports, ports.endsAt - ports.now());
  if (late !== undefined) return refused(plan, { ...late, router: name }, ports);
  const others = routersToPush(plan).filter((other) => other !== name);
  const end = await pushRouter(next, { size, expected, owner: plan.owner, others }, journal, request, ports);
  const result = await recordOutcome(end, { router: name, lines: next.desired, others }, journal, ports);
  const routers = plan.routers.map((each) =>
    each === next ? endedState(name, end, plannedState(each)) : plannedState(each),
  );
  return { ...result, routers };
}

/** Nothing differs. The running configuration counts as pushed from now on, even if an operator entered it. */
async function unchanged(plan: SitePlan, journal: Journal, ports: PushPorts): Promise<PushResult> {
  for (const { name, desired } of plan.routers) await recordPushedConfig(name, desired, journal.entry.id, ports);
  await journal.recordResult({ finished: true });
  return {
    outcome: 'unchanged',
    reason: 'unchanged',
    says: `The routers of ${plan.observation.site.name} run the pushed configuration.`,
    site: plan.observation.site.name,
    router: undefined,
    remaining: [],
    routers: plan.routers.map(plannedState),
  };
}

function refused(plan: SitePlan, { reason, says, router }: Refusal, { site }: PushPorts): PushResult {
  return {
    outcome: 'refused',
    reason,
    says: `Not now: ${says}.`,
    site: site.name,
    router,
    remaining: routersToPush(plan),
    routers: plan.routers.map(plannedState),
  };
}

function routersToPush({ routers }: Pick<SitePlan, 'routers'>): string[] {
  return routers.filter(needsPush).map(({ name }) => name);
}
