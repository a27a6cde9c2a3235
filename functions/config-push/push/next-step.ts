import type { Refusal } from '#contracts/push-plan.ts';
import type { PushRequest } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { rememberPushed } from '../confirm/confirm-or-roll-back.ts';
import { expectedNeighbors } from '../plan/expected-neighbors.ts';
import { withoutFarEnds } from '../plan/foreign-far-ends.ts';
import { isDue } from '../plan/needs-push.ts';
import type { RouterPlan } from '../plan/plan-router.ts';
import type { SitePlan } from '../plan/plan-site.ts';
import { timeProblem } from '../plan/problems.ts';
import { firstDiffering, routerRefusal, siteRefusal, whyNotSafe } from '../plan/refusal.ts';
import { asWanted } from '../plan/topology-neighbors.ts';
import type { PushTools } from '../ports.ts';
import type { Journal } from '../record/journal.ts';
import { writeDown } from '../record/record-outcome.ts';
import { mergeBaselines } from '../router/baseline.ts';
import { endedState, plannedState } from '../router/router-states.ts';
import { pushRouter } from './push-router.ts';
import { longestProofMs } from './verify-bgp.ts';

/** Of a site that has been read: the router that is next, or why none is. */
export async function nextStep(
  plan: SitePlan,
  journal: Journal,
  request: PushRequest,
  tools: PushTools,
): Promise<PushResult> {
  const { only } = request;
  const next = only === undefined ? firstDiffering(plan) : plan.routers.find(({ name }) => name === only);
  const refusal = siteRefusal(plan) ?? notAgreed(plan, next, request) ?? routerRefusal(plan, next);
  if (refusal !== undefined) return refused(plan, refusal, tools);
  if (next === undefined) return nothingToDo(plan, journal, tools);
  return stepOn(next, plan, journal, request, tools);
}

/** Is this still what somebody has said yes to: the same router with the traffic, and nothing else to do at any of them? */
function notAgreed(plan: SitePlan, next: RouterPlan | undefined, request: PushRequest): Refusal | undefined {
  const { only, owner, digests } = request;
  const again = 'since the plan that was agreed to; plan again';
  if (only !== undefined && next === undefined) {
    return { reason: 'unknown-router', says: `${plan.seen.site.name} has no router ${only}` };
  }
  if (owner !== undefined && owner !== plan.owner?.name) {
    return { reason: 'plan-changed', says: `the traffic has moved to ${plan.owner?.name} ${again}` };
  }
  const changed = plan.routers.find((each) => isDue(each) && digests[each.name] !== each.digest);
  const other = changed ?? (next !== undefined && !isDue(next) ? next : undefined);
  return other && { reason: 'plan-changed', says: `${other.name} has changed ${again}`, router: other.name };
}

async function stepOn(
  next: RouterPlan,
  plan: SitePlan,
  journal: Journal,
  request: PushRequest,
  tools: PushTools,
): Promise<PushResult> {
  const { name, router, baseline: now } = next;
  // What was Established when it was agreed to may be down already, because a far end has begun.
  const baseline = mergeBaselines([request.baselines?.[name] ?? {}, now ?? {}]);
  const unsafe = whyNotSafe(next, baseline, plan);
  if (unsafe !== undefined) return refused(plan, unsafe, tools);
  const bgp = withoutFarEnds(asWanted(router, plan.topology).bgp, next.farEnds);
  const expected = expectedNeighbors(baseline, bgp, next.found?.renamed);
  const size = { commands: next.commands.length, hold: request.hold, proofMs: longestProofMs(expected, tools.verify) };
  const late = timeProblem(next, size, tools, tools.endsAt - tools.now());
  if (late !== undefined) return refused(plan, { ...late, router: name }, tools);
  const others = differing(plan).filter((other) => other !== name);
  const end = await pushRouter(next, { size, expected, owner: plan.owner, others }, journal, request, tools);
  const result = await writeDown(end, { router: name, lines: next.wanted, others }, journal, tools);
  const routers = plan.routers.map((each) =>
    each === next ? endedState(name, end, plannedState(each)) : plannedState(each),
  );
  return { ...result, routers };
}

/** Nothing differs. What the routers have is ours from now on, whoever put it there. */
async function nothingToDo(plan: SitePlan, journal: Journal, tools: PushTools): Promise<PushResult> {
  for (const { name, wanted } of plan.routers) await rememberPushed(name, wanted, journal.entry.id, tools);
  await journal.record({ finished: true });
  return {
    outcome: 'unchanged',
    reason: 'unchanged',
    says: `The routers of ${plan.seen.site.name} run what they should.`,
    site: plan.seen.site.name,
    router: undefined,
    remaining: [],
    routers: plan.routers.map(plannedState),
  };
}

function refused(plan: SitePlan, { reason, says, router }: Refusal, { site }: PushTools): PushResult {
  return {
    outcome: 'refused',
    reason,
    says: `Not now: ${says}.`,
    site: site.name,
    router,
    remaining: differing(plan),
    routers: plan.routers.map(plannedState),
  };
}

function differing({ routers }: Pick<SitePlan, 'routers'>): string[] {
  return routers.filter(isDue).map(({ name }) => name);
}
