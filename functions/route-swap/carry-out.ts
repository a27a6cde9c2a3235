import pLimit from 'p-limit';
import { routeName } from '#failover/site.ts';
import { type SwapPlan, type SwapStep, unfinishedSteps } from '#failover/swap-plan.ts';
import type { SwapTools } from './tools.ts';

/** How far a plan got. */
export interface CarriedOut {
  /** Read back: at the new owner and `active`. */
  readonly moved: readonly SwapStep[];
  /** Not there, and why. */
  readonly remaining: readonly { readonly step: SwapStep; readonly why: string }[];
}

/** Leaves room in the function's 15 s for the reads before and the records after. */
const GIVE_UP_AFTER_MS = 8_000;
/** ReplaceRoute calls under way at once. */
const IN_PARALLEL = 10;
/** EC2 is eventually consistent: a read may show the old target for a while after a write that was accepted. */
const BELIEVE_ACCEPTED_MS = 2_000;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;

/**
 * Replaces the routes of a plan, most important first, and reads back until every one is at the new owner and active.
 * A step that failed for a passing reason is tried again; one that cannot succeed is named. Never throws for a step.
 */
export async function carryOut(plan: SwapPlan, tools: SwapTools): Promise<CarriedOut> {
  const began = tools.now();
  const attempts = new Map<SwapStep, Attempt>();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    await replaceAll(due(plan, attempts, tools.now()), plan, attempts, tools);
    const open = await readBack(plan, tools);
    forgetArrived(plan, open, attempts);
    const hopeless = open.every((step) => attempts.get(step)?.final === true);
    if (hopeless || tools.now() - began > GIVE_UP_AFTER_MS) return outcomeOf(plan, open, attempts);
    await tools.sleep(wait);
  }
}

/** What came of a step so far. `arrived`: read back once, nothing more to do for it. */
interface Attempt {
  readonly acceptedAt?: number;
  readonly arrived?: boolean;
  readonly final?: boolean;
  readonly why: string;
}

/** Steps to (re)try: not arrived, not hopeless, and not just accepted. */
function due(plan: SwapPlan, attempts: ReadonlyMap<SwapStep, Attempt>, now: number): readonly SwapStep[] {
  return plan.steps.filter((step) => {
    const attempt = attempts.get(step);
    if (attempt === undefined) return true;
    if (attempt.arrived === true || attempt.final === true) return false;
    return attempt.acceptedAt === undefined || now - attempt.acceptedAt > BELIEVE_ACCEPTED_MS;
  });
}

async function replaceAll(
  steps: readonly SwapStep[],
  plan: SwapPlan,
  attempts: Map<SwapStep, Attempt>,
  tools: SwapTools,
): Promise<void> {
  const limit = pLimit(IN_PARALLEL);
  await limit.map(steps, async (step) => {
    const outcome = await tools.replaceRoute(step, plan.to.eni);
    if (outcome === 'replaced') {
      attempts.set(step, { acceptedAt: tools.now(), why: 'EC2 accepted it but does not show it yet' });
      return;
    }
    tools.log.warn(`ReplaceRoute ${routeName(step)} failed: ${outcome.code}`, { route: step, ...outcome });
    attempts.set(step, { final: outcome.final, why: `${outcome.code}: ${outcome.message}` });
  });
}

/** Steps that are not done by what EC2 shows now; all of them if it does not answer. */
async function readBack(plan: SwapPlan, tools: SwapTools): Promise<readonly SwapStep[]> {
  if (plan.steps.length === 0) return [];
  try {
    return unfinishedSteps(plan, await tools.describeRoutes(plan.steps));
  } catch (error) {
    tools.log.warn('Reading the routes back failed; trying again', { error });
    return plan.steps;
  }
}

function forgetArrived(plan: SwapPlan, open: readonly SwapStep[], attempts: Map<SwapStep, Attempt>): void {
  const stillOpen = new Set(open);
  for (const step of plan.steps) {
    if (!stillOpen.has(step)) attempts.set(step, { arrived: true, why: 'arrived' });
  }
}

function outcomeOf(plan: SwapPlan, open: readonly SwapStep[], attempts: ReadonlyMap<SwapStep, Attempt>): CarriedOut {
  const stillOpen = new Set(open);
  return {
    moved: plan.steps.filter((step) => !stillOpen.has(step)),
    remaining: open.map((step) => ({ step, why: attempts.get(step)?.why ?? 'not tried' })),
  };
}
