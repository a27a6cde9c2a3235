import type { Announcement } from '#aws/announcements.ts';
import type { HistoryEntry, Outcome } from '#failover/swap-record.ts';
import { detectorOf, type Trigger } from '#failover/trigger.ts';
import type { SwapResult } from './result.ts';
import type { SwapTools } from './tools.ts';

/**
 * Tells everybody, after the routes have moved and never before: history, answer by id, metrics, event, log. A fault in
 * any of them is logged and changes nothing about the result, which is already true.
 */
export async function conclude(result: SwapResult, trigger: Trigger, tools: SwapTools): Promise<SwapResult> {
  measure(result, tools);
  const at = tools.now();
  await Promise.all([
    quietly('the history entry', tools, () => tools.store.record(historyEntry(result, trigger, at))),
    quietly('the answer', tools, () => rememberAnswer(result, trigger, at, tools)),
    quietly('the announcement', tools, () => announce(result, trigger, at, tools)),
  ]);
  const level = result.outcome === 'partial' || result.foreign.length > 0 ? 'error' : 'info';
  tools.log[level](`${result.outcome}: ${result.says}`, { result });
  return result;
}

/** Outcomes that end a report: the same id is not acted on again. A refusal did nothing, so asking again is allowed. */
const ENDS: ReadonlySet<Outcome> = new Set(['swapped', 'already', 'noted']);

async function rememberAnswer(result: SwapResult, trigger: Trigger, at: number, { store }: SwapTools): Promise<void> {
  if (trigger.kind !== 'report' || !ENDS.has(result.outcome)) return;
  await store.answer(trigger.id, { outcome: result.outcome, says: result.says, at });
}

/** Refusals of a trigger whose failure another run has handled or is handling, and announces. */
const UNREMARKABLE: ReadonlySet<string> = new Set(['lease-held', 'replayed']);

const ANNOUNCEMENTS: Readonly<Partial<Record<Outcome, Announcement>>> = {
  swapped: 'Failover Completed',
  refused: 'Failover Refused',
  partial: 'Failover Partial',
};

async function announce(result: SwapResult, trigger: Trigger, at: number, tools: SwapTools): Promise<void> {
  const detailType = ANNOUNCEMENTS[result.outcome];
  if (detailType === undefined || UNREMARKABLE.has(result.reason)) return;
  const { topology } = tools.site;
  await tools.announce(detailType, {
    topology,
    ...result,
    detector: detectorOf(trigger),
    id: trigger.id,
    at: new Date(at).toISOString(),
  });
}

function measure({ outcome, tookMs, moved, foreign, reason }: SwapResult, { metric }: SwapTools): void {
  if (outcome === 'swapped') {
    metric('FailoverCompleted', 1);
    metric('RoutesMoved', moved.length);
    metric('SwapMs', tookMs);
  }
  if (outcome === 'partial') metric('FailoverPartial', 1);
  if (outcome === 'refused' && !UNREMARKABLE.has(reason)) metric('FailoverRefused', 1);
  if (foreign.length > 0) metric('ForeignRoutes', foreign.length);
}

function historyEntry(result: SwapResult, trigger: Trigger, at: number): HistoryEntry {
  const { outcome, reason, says, owner, epoch, moved, tookMs } = result;
  return {
    at,
    id: trigger.id,
    detector: detectorOf(trigger),
    outcome,
    reason,
    says,
    owner,
    epoch,
    moved: moved.length,
    tookMs,
  };
}

async function quietly(what: string, { log }: SwapTools, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.error(`Could not write ${what}; the routes are as said.`, { error });
  }
}
