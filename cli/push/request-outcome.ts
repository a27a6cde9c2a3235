import type { PushResult } from '#contracts/push-result.ts';
import { PUSH_REVERTS_WITHIN_MS } from '#infra/config-push-times.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import { FaultError } from '../transport/fault-error.ts';
import { askToEnd, type Push } from './requests.ts';
import type { ChangingRouter } from './steps.ts';

export interface PushContext extends Push {
  /** Shows the progress of a router. */
  progress(site: string, step: PushResult): void;
}

/** How often a request without an answer is asked: the router's timer leaves time for it. */
const TRIES = 3;

/** A router that is busy while it is to be rolled back is asked again for five minutes. */
const BUSY: ReadonlySet<string> = new Set(['router-busy', 'push-under-way']);
const BUSY_TRIES = 60;
const BUSY_EVERY_MS = 5_000;

export function isInterrupted({ cli }: Pick<Push, 'cli'>): boolean {
  return cli.io.signal?.aborted === true;
}

/**
 * Ends a router that may run its new configuration, or asks whether it still waits for confirmation; repeated, after a pause, where
 * no answer comes: AWS may have throttled the request.
 *
 * @param before the result of its step
 */
export async function endRouter(
  action: 'held' | 'confirm' | 'undo',
  each: ChangingRouter,
  before: PushResult | undefined,
  pushing: PushContext,
  tries = TRIES,
  busyTries = BUSY_TRIES,
): Promise<PushResult> {
  const { name } = each.router;
  const until = before?.routers.find((word) => word.name === name)?.revertsAt;
  const step = attempted(
    await orUnknownOutcome(affectedBy(each), pushing, () => askToEnd(action, each, pushing), until),
  );
  if (step.outcome !== 'unknown' || tries === 1) return step;
  const { environment } = pushing.cli;
  // Ctrl-C does not end these waits: it is usually what caused them.
  if (action !== 'undo' || !BUSY.has(step.reason)) {
    await environment.sleep(await environment.backoffMs(TRIES - tries), undefined);
    return endRouter(action, each, before, pushing, tries - 1, busyTries);
  }
  if (busyTries === 1) return step;
  await environment.sleep(BUSY_EVERY_MS, undefined);
  return endRouter(action, each, before, pushing, tries, busyTries - 1);
}

export function affectedBy({ where, router }: ChangingRouter): Affected {
  return { site: where.site.name, routers: [router.name] };
}

/** The routers that a request may change. */
interface Affected {
  readonly site: string;
  readonly routers: readonly string[];
}

/**
 * A function that failed, whose answer was lost, or that Ctrl-C abandoned may have changed the routers.
 *
 * @param until when they run their old configuration unless it is confirmed, ms since the epoch. Default: an upper
 * bound
 */
export async function orUnknownOutcome(
  { site, routers }: Affected,
  pushing: PushContext,
  ask: () => Promise<PushResult>,
  until?: number,
): Promise<PushResult> {
  try {
    return await ask();
  } catch (error) {
    if (!isInterrupted(pushing) && !(error instanceof CommandError)) throw error;
    const what = error instanceof CommandError ? saidOf(error) : 'Interrupted.';
    const revertsAt = until ?? pushing.cli.environment.now() + PUSH_REVERTS_WITHIN_MS;
    return {
      outcome: 'unknown',
      reason: NOT_ANSWERED,
      says: what.startsWith(`${site}: `) ? what.slice(site.length + 2) : what,
      router: routers.length === 1 ? routers[0] : undefined,
      remaining: [...routers],
      routers: routers.map((name) => ({ name, runs: 'unknown', boots: 'unknown', revertsAt })),
    };
  }
}

/** As sentences. Only the hint at a throttle is about the push; others name the command that shows what became of it. */
function saidOf(error: CommandError): string {
  const [what = ''] = error.message.split('\n', 1);
  const { hint } = saysAndHint(error.message);
  if (!(error instanceof FaultError) || error.fault !== 'throttled' || hint === undefined) return `${what}.`;
  return `${what}. ${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`;
}

/** The reason of a result without an answer. */
export const NOT_ANSWERED = 'not-answered';

/** A push was tried, so the result is not `refused`: a router that reports its old configuration was rolled back. */
function attempted(step: PushResult): PushResult {
  if (step.outcome !== 'refused') return step;
  const word = step.routers.find(({ name }) => name === step.router);
  return { ...step, outcome: word?.runs === 'old' ? 'undone' : 'unknown' };
}
