import type { CallPacer } from '#failover/call-pacer.ts';
import { brief } from '#failover/in-words.ts';
import { routeName } from '#failover/site.ts';
import { forgottenSteps, type SwapPlan, type SwapStep, unfinishedSteps } from '#failover/swap-plan.ts';
import type { Lease } from './lease.ts';
import type { SwapTools } from './tools.ts';

/** How far a plan got. */
export interface CarriedOut {
  /** Read back: at the new owner and `active`. */
  readonly moved: readonly SwapStep[];
  /** Not there, and why. */
  readonly remaining: readonly { readonly step: SwapStep; readonly why: string }[];
}

/** ReplaceRoute calls under way at once: more of them would cost a small function more in TLS than they gain. */
const IN_PARALLEL = 16;
/** EC2 is eventually consistent: a read may show the old target for a while after a write that was accepted. */
const BELIEVE_ACCEPTED_MS = 2_000;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;

/**
 * Replaces the routes of a plan, most important first, as fast as EC2's throttle lets them through, and reads back until
 * every one is at the new owner and active. A step that failed for a passing reason is tried again, one that cannot
 * succeed is named. Ends early when the lease is lost or the function's time is over. Never throws for a step.
 */
export async function carryOut(plan: SwapPlan, lease: Lease, pacer: CallPacer, tools: SwapTools): Promise<CarriedOut> {
  const run: Run = { plan, steps: [...plan.steps], lease, pacer, tools, attempts: new Map(), stopped: undefined };
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    await replaceDue(run);
    const open = await readBack(run);
    noteArrivals(run, open);
    const hopeless = open.every((step) => run.attempts.get(step)?.kind === 'final');
    if (hopeless || run.stopped !== undefined || tools.now() + wait > tools.deadline) return outcomeOf(run, open);
    await tools.sleep(wait);
  }
}

interface Run {
  readonly plan: SwapPlan;
  /** The plan's, and those that the read-back added. */
  readonly steps: SwapStep[];
  readonly lease: Lease;
  readonly pacer: CallPacer;
  readonly tools: SwapTools;
  readonly attempts: Map<SwapStep, Attempt>;
  /** Why no call goes out any more. */
  stopped: string | undefined;
}

/** What came of a step so far. */
interface Attempt {
  readonly kind: 'accepted' | 'arrived' | 'passing' | 'final';
  /** When EC2 accepted it, ms since the epoch. */
  readonly at: number;
  readonly why: string;
}

/** Several workers take steps from one queue, in order; a throttled step goes back to its front. */
async function replaceDue(run: Run): Promise<void> {
  const queue = due(run);
  const worker = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      if (!(await mayCall(run))) return;
      if ((await replace(run, step)) === 'throttled') queue.unshift(step);
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_PARALLEL, queue.length) }, worker));
}

/** Steps to (re)try: not arrived, not hopeless, and not just accepted. */
function due({ steps, attempts, tools }: Run): SwapStep[] {
  const now = tools.now();
  return steps.filter((step) => {
    const attempt = attempts.get(step);
    if (attempt === undefined || attempt.kind === 'passing') return true;
    return attempt.kind === 'accepted' && now - attempt.at > BELIEVE_ACCEPTED_MS;
  });
}

/** Waits for EC2's throttle; then the lease must still be ours, and there must be time. */
async function mayCall(run: Run): Promise<boolean> {
  const { tools, pacer, lease } = run;
  const wait = pacer.reserve(tools.now());
  if (tools.now() + wait > tools.deadline) run.stopped ??= 'its turn did not come within the time of the function';
  else if (wait > 0) await tools.sleep(wait);
  if (run.stopped === undefined && !(await lease.hold())) run.stopped = 'the lease was lost';
  return run.stopped === undefined;
}

async function replace({ plan, pacer, tools, attempts }: Run, step: SwapStep): Promise<'throttled' | undefined> {
  const outcome = await tools.replaceRoute(step, plan.to.eni);
  const at = tools.now();
  if (outcome === 'replaced') {
    attempts.set(step, { kind: 'accepted', at, why: 'EC2 accepted it but does not show it yet' });
    return undefined;
  }
  tools.log.warn(`ReplaceRoute ${routeName(step)} failed: ${outcome.code}`, { route: step, ...outcome });
  const kind = outcome.kind === 'final' ? 'final' : 'passing';
  attempts.set(step, { kind, at, why: `${outcome.code}: ${brief(outcome.message)}` });
  if (outcome.kind !== 'throttled') return undefined;
  pacer.refused(at);
  return 'throttled';
}

/** Steps that are not done by what EC2 shows now; all of them if it does not answer. */
async function readBack({ plan, steps, tools }: Run): Promise<readonly SwapStep[]> {
  if (steps.length === 0) return [];
  try {
    const routes = await tools.describeRoutes(tools.site.routes);
    steps.push(...forgottenSteps({ ...plan, steps }, routes, tools.site));
    return unfinishedSteps({ ...plan, steps }, routes);
  } catch (error) {
    tools.log.warn('Reading the routes back failed; trying again', { error });
    return steps;
  }
}

function noteArrivals({ steps, attempts }: Run, open: readonly SwapStep[]): void {
  const stillOpen = new Set(open);
  for (const step of steps) {
    if (!stillOpen.has(step)) attempts.set(step, { kind: 'arrived', at: 0, why: 'arrived' });
  }
}

function outcomeOf({ steps, attempts, stopped }: Run, open: readonly SwapStep[]): CarriedOut {
  const stillOpen = new Set(open);
  return {
    moved: steps.filter((step) => !stillOpen.has(step)),
    remaining: open.map((step) => ({ step, why: attempts.get(step)?.why ?? stopped ?? 'not tried' })),
  };
}
