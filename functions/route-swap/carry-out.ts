import type { CallPacer } from '#failover/call-pacer.ts';
import { shortClause } from '#failover/clause.ts';
import { routeName } from '#failover/site.ts';
import type { SwapPlan, SwapStep } from '#failover/swap-plan.ts';
import type { Lease } from './lease.ts';
import type { Orders } from './orders.ts';
import type { SwapPorts } from './ports.ts';
import { readBack } from './read-back.ts';
import { isDue, type SwapRun } from './swap-run.ts';

/** How far a plan got. */
export interface CarriedOut {
  /** Read back: at the new owner and `active`. */
  readonly moved: readonly SwapStep[];
  /** Not there, and why. */
  readonly remaining: readonly { readonly step: SwapStep; readonly why: string }[];
  /** EC2 was asked to replace a route; false: this plan has changed nothing, and never will. */
  readonly hasCalled: boolean;
  /** When EC2 accepted each call, ms since the epoch, in order. */
  readonly accepted: readonly number[];
}

/** ReplaceRoute calls under way at once: more of them would cost a small function more in TLS than they gain. */
const IN_PARALLEL = 16;
/** How often a throttled swap reads the routes, to find changes by others. Reads have their own throttle. */
const LOOK_EVERY_MS = 2_000;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;

/** What permits a run's next call. */
export interface Rights {
  readonly lease: Lease;
  readonly orders: Orders;
}

/**
 * Replaces the routes of a plan, most important first, as fast as EC2's throttle lets them through, and reads back until
 * every one is at the new owner and active. A step that failed for a passing reason is tried again, one that cannot
 * succeed is named. Ends early when the lease is lost, an operator stops it, or the function's time is over. Never throws for a
 * step.
 */
export async function carryOut(
  plan: SwapPlan,
  rights: Rights,
  pacer: CallPacer,
  ports: SwapPorts,
): Promise<CarriedOut> {
  const run: SwapRun = {
    plan,
    steps: [...plan.steps],
    ...rights,
    pacer,
    ports,
    attempts: new Map(),
    accepted: [],
    stopped: undefined,
    observedAt: ports.now(),
    observing: undefined,
  };
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    await replaceDue(run);
    const open = await readBack(run);
    const hopeless = open.every((step) => run.attempts.get(step)?.kind === 'final');
    if (hopeless || run.stopped !== undefined || ports.now() + wait > ports.deadline) return outcomeOf(run, open);
    await ports.sleep(wait);
  }
}

/** Several workers take steps from one queue, in order; a throttled step goes back to its front. */
async function replaceDue(run: SwapRun): Promise<void> {
  const queue = run.steps.filter((step) => isDue(run, step));
  const worker = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      if (!(await mayCall(run))) return;
      // A read-back may have shown meanwhile that the step is done, or may not be done.
      if (!isDue(run, step)) continue;
      if ((await replace(run, step)) === 'throttled') queue.unshift(step);
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_PARALLEL, queue.length) }, worker));
  await run.observing;
}

/** Waits for EC2's throttle; then the lease must still be held, no operator may have stopped the run, and time must be left. */
async function mayCall(run: SwapRun): Promise<boolean> {
  const { ports, pacer, lease, orders } = run;
  const wait = pacer.reserve(ports.now());
  if (ports.now() + wait > ports.deadline) run.stopped ??= TOO_LATE;
  else if (wait > 0) await ports.sleep(wait);
  readBackNowAndThen(run);
  if (run.stopped === undefined && !(await lease.hold())) run.stopped = LEASE_LOST;
  run.stopped ??= await orders.stopped();
  // Each of the checks may have waited for a store that does not answer.
  if (!lease.isHeld()) run.stopped ??= LEASE_LOST;
  if (ports.now() > ports.deadline) run.stopped ??= TOO_LATE;
  return run.stopped === undefined;
}

const LEASE_LOST = 'the lease was lost';
const TOO_LATE = 'its turn did not come within the time of the function';

/** No call waits for this read-back; it stops later calls. */
function readBackNowAndThen(run: SwapRun): void {
  if (run.observing !== undefined || run.ports.now() - run.observedAt < LOOK_EVERY_MS) return;
  run.observing = readBack(run).finally(() => {
    run.observing = undefined;
  });
}

async function replace(
  { plan, pacer, ports, attempts, accepted }: SwapRun,
  step: SwapStep,
): Promise<'throttled' | undefined> {
  const outcome = await ports.replaceRoute(step, plan.to.eni);
  const at = ports.now();
  if (outcome === 'replaced') {
    accepted.push(at);
    attempts.set(step, { kind: 'accepted', at, why: 'EC2 accepted it but does not show it yet' });
    return undefined;
  }
  ports.log.warn(`ReplaceRoute ${routeName(step)} failed: ${outcome.code}`, { route: step, ...outcome });
  const kind = outcome.kind === 'final' ? 'final' : 'passing';
  attempts.set(step, { kind, at, why: `${outcome.code}: ${shortClause(outcome.message)}` });
  if (outcome.kind !== 'throttled') return undefined;
  pacer.refused(at);
  return 'throttled';
}

function outcomeOf({ steps, attempts, stopped, accepted }: SwapRun, open: readonly SwapStep[]): CarriedOut {
  const stillOpen = new Set(open);
  return {
    moved: steps.filter((step) => !stillOpen.has(step)),
    remaining: open.map((step) => ({ step, why: attempts.get(step)?.why ?? stopped ?? 'not tried' })),
    hasCalled: attempts.size > 0,
    accepted,
  };
}
