import type { CallPacer } from '#failover/call-pacer.ts';
import { shortClause } from '#failover/clause.ts';
import { type ManagedSite, routeName } from '#failover/site.ts';
import type { SwapPlan, SwapStep } from '#failover/swap-plan.ts';
import type { Lease } from './lease.ts';
import type { Orders } from './orders.ts';
import type { SwapPorts } from './ports.ts';
import { READ_EVERY_MS, readBack, readLessOften } from './read-back.ts';
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
    rankOf: ranksIn(ports.site),
    ...rights,
    pacer,
    ports,
    attempts: new Map(),
    accepted: [],
    stopped: undefined,
    observedAt: ports.now(),
    readEveryMs: READ_EVERY_MS,
    observing: undefined,
  };
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, longestWaitMs(run))) {
    await replaceDue(run);
    const open = await readBack(run);
    const hopeless = open.every((step) => run.attempts.get(step)?.kind === 'final');
    if (hopeless || run.stopped !== undefined || ports.now() + wait > ports.deadline) return outcomeOf(run, open);
    await ports.sleep(wait);
  }
}

/** While EC2 does not answer a read-back, the next one waits as if the swap were throttled. */
function longestWaitMs({ readEveryMs }: SwapRun): number {
  return readEveryMs > READ_EVERY_MS ? readEveryMs / 2 : LONGEST_WAIT_MS;
}

/** One call after the other goes out, each for the most important route that is left; the pacer says how many are under way at once. */
async function replaceDue(run: SwapRun): Promise<void> {
  const queue = run.steps.filter((step) => isDue(run, step));
  const underWay = new Set<Promise<void>>();
  while (run.stopped === undefined && queue.length + underWay.size > 0) {
    if (queue.length === 0 || underWay.size >= run.pacer.atOnce) {
      await Promise.race(underWay);
      continue;
    }
    const step = await nextStep(run, queue);
    if (step === undefined) continue;
    const call = replace(run, step).then((outcome) => {
      underWay.delete(call);
      if (outcome === 'throttled') giveBack(step, queue, run);
    });
    underWay.add(call);
  }
  await Promise.all(underWay);
  await run.observing;
}

/** The most important step, when a call may go out for it; undefined: none is left, or the run has stopped. */
async function nextStep(run: SwapRun, queue: SwapStep[]): Promise<SwapStep | undefined> {
  const [first] = queue;
  if (first === undefined || !(await mayCall(run, run.rankOf(first) === 0))) return undefined;
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    // A read-back may have shown meanwhile that the step is done, or may not be done.
    if (isDue(run, step)) return step;
  }
  return undefined;
}

function giveBack(step: SwapStep, queue: SwapStep[], { rankOf }: SwapRun): void {
  const later = queue.findIndex((other) => rankOf(other) > rankOf(step));
  queue.splice(later === -1 ? queue.length : later, 0, step);
}

/** Waits for EC2's throttle; then the lease must still be held, no operator may have stopped the run, and time must be left. */
async function mayCall(run: SwapRun, urgent: boolean): Promise<boolean> {
  const { ports, pacer, lease, orders } = run;
  await waitForThrottle(run, pacer.reserve(ports.now(), urgent));
  readBackNowAndThen(run);
  if (run.stopped === undefined && !(await lease.hold())) run.stopped = LEASE_LOST;
  run.stopped ??= await orders.stopped();
  // Each of the checks may have waited for a store that does not answer.
  if (!lease.isHeld()) run.stopped ??= LEASE_LOST;
  if (ports.now() > ports.deadline) run.stopped ??= TOO_LATE;
  return run.stopped === undefined;
}

/** A lease is renewed between the parts of a wait: the wait may be longer than the rest of it. */
const PART_OF_WAIT_MS = 4_000;

async function waitForThrottle(run: SwapRun, waitMs: number): Promise<void> {
  const { ports, lease } = run;
  if (ports.now() + waitMs > ports.deadline) run.stopped ??= TOO_LATE;
  for (let left = waitMs; left > 0 && run.stopped === undefined; left -= PART_OF_WAIT_MS) {
    await ports.sleep(Math.min(PART_OF_WAIT_MS, left));
    if (!(await lease.hold())) run.stopped = LEASE_LOST;
  }
}

const LEASE_LOST = 'the lease was lost';
const TOO_LATE = 'its turn did not come within the time of the function';

/** No call waits for this read-back; it stops later calls. */
function readBackNowAndThen(run: SwapRun): void {
  if (run.observing !== undefined || run.ports.now() - run.observedAt < run.readEveryMs) return;
  run.observing = readBack(run).finally(() => {
    run.observing = undefined;
  });
}

/** A step's place among the managed routes of the site: 0 is the most important one. */
function ranksIn({ routes }: ManagedSite): (step: SwapStep) => number {
  const ranks = new Map(routes.map((route, rank) => [routeName(route), rank]));
  return (step) => ranks.get(routeName(step)) ?? routes.length;
}

async function replace(run: SwapRun, step: SwapStep): Promise<'throttled' | undefined> {
  const { plan, pacer, ports, attempts, accepted } = run;
  const sentAt = ports.now();
  const outcome = await ports.replaceRoute(step, plan.to.eni);
  const at = ports.now();
  if (outcome === 'replaced') {
    pacer.accepted(at);
    accepted.push(at);
    attempts.set(step, { kind: 'accepted', at, why: 'EC2 accepted it but does not show it yet' });
    return undefined;
  }
  ports.log.warn(`ReplaceRoute ${routeName(step)} failed: ${outcome.code}`, { route: step, ...outcome });
  const kind = outcome.kind === 'final' ? 'final' : 'passing';
  attempts.set(step, { kind, at, why: `${outcome.code}: ${shortClause(outcome.message)}` });
  if (outcome.kind !== 'throttled') return undefined;
  pacer.refused(at, sentAt);
  if (pacer.contended) readLessOften(run);
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
