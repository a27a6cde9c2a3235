import type { DetailType } from '#contracts/events.ts';
import type { SwapEntry } from '#contracts/history.ts';
import type { SentSwapDetail } from '#contracts/swap-detail.ts';
import { storable } from '#contracts/swap-progress.ts';
import type { SwapResult } from '#contracts/swap-result.ts';
import type { HoldReason, SwapReason } from '#failover/decision.ts';
import type { Observation } from '#failover/observation.ts';
import { routerAt } from '#failover/site.ts';
import { isSettled, type StoredState } from '#failover/stored-state.ts';
import { detectorOf, type Trigger } from '#failover/trigger.ts';
import { logFailure } from '#functions/log-failure.ts';
import { eventDetail } from './event-detail.ts';
import type { SwapPorts } from './ports.ts';
import { remainingOf } from './remaining-routes.ts';

/**
 * Records and announces the result, after the routes have moved and never before: history, answer by id, metrics, event, log.
 * A failure of any of these is logged and does not change the result.
 */
export async function conclude(
  result: SwapResult,
  observation: Observation,
  detail: () => SentSwapDetail,
  ports: SwapPorts,
): Promise<SwapResult> {
  const { trigger } = observation;
  const at = ports.now();
  const news = isNews(result, observation, ports);
  const { outcome, says } = result;
  // In every run that leaves routes, announced before or not, so that the alarm stays on.
  if (outcome === 'partial') ports.metric('FailoverPartial', 1);
  if (news) measure(result, trigger, ports);
  if (news) await record(historyEntry(result, trigger, at), result, trigger, detail(), ports);
  const level = outcome === 'partial' || result.foreign.length > 0 ? 'error' : 'info';
  ports.log[level](`${outcome}: ${says}`, { result, id: trigger.id });
  return result;
}

async function record(
  entry: SwapEntry,
  result: SwapResult,
  trigger: Trigger,
  detail: SentSwapDetail,
  ports: SwapPorts,
): Promise<void> {
  ports.announcedOutcomes.add(trigger.id, result);
  ports.announcedOutcomes.add(stateOf(result, trigger), result);
  const { at, outcome, reason, says } = entry;
  // For an operator whose connection ended before the swap.
  const kept = trigger.kind === 'operator' ? { result: storable(result) } : {};
  await Promise.all([
    logFailure('the answer', ports, () => ports.store.recordAnswer(trigger.id, { outcome, reason, says, at, ...kept })),
    logFailure('the history entry', ports, () => ports.store.recordHistory(entry)),
    logFailure('the detail of the history entry', ports, () => ports.store.recordDetail({ ...entry, detail })),
    logFailure('the announcement', ports, () => announce(result, trigger, at, ports)),
  ]);
}

/**
 * Whether the result is recorded and announced. A router retries every few seconds while it is refused, so a result is announced
 * once for each id and reason. A replay is not announced, and neither is a trigger that arrived while another run handled the
 * same failure.
 */
function isNews(result: SwapResult, observation: Observation, { announcedOutcomes }: SwapPorts): boolean {
  const { outcome, reason } = result;
  const { stored, trigger } = observation;
  // `receiveNotices` announces a scheduled event.
  if (outcome === 'noted' && HOLDS.has(reason) && trigger.kind === 'ec2' && trigger.notices !== undefined) return false;
  if (UNREMARKABLE.has(reason)) return false;
  // An operator, who may have lost the answer, looks for the request's own id.
  if (trigger.kind !== 'operator' && (leavesTheSame(result, stored) || repeats(result, observation))) return false;
  // While the peer is silent the router reports it again under other ids; if there was nothing to move, that is announced once.
  if (outcome === 'already' && announcedOutcomes.has(stateOf(result, trigger), result)) return false;
  // The store does not answer, or has no answer to this trigger.
  if (stored.answered === undefined) return outcome === 'swapped' || !announcedOutcomes.has(trigger.id, result);
  return stored.answered.outcome !== outcome || stored.answered.reason !== reason;
}

/** Identifies repeated reports of a router until a swap changes what they are about. */
function stateOf({ epoch }: SwapResult, trigger: Trigger): string {
  return trigger.kind === 'report' ? `${trigger.reporter} after swap ${epoch}` : trigger.id;
}

/** The probe tries every minute to finish a swap, or to do it at last. If the same routes remain, they have been announced. */
function leavesTheSame({ outcome, reason, remaining }: SwapResult, { unfinished }: StoredState): boolean {
  if (outcome !== 'partial' || unfinished?.remaining === undefined) return false;
  if (reason !== FINISHED && reason !== unfinished.reason) return false;
  return unfinished.remaining.digest === remainingOf(remaining)?.digest;
}

/**
 * EC2's event of a failure arrives a second after the report, and DescribeRouteTables may still show the old targets then. The
 * run replaces the routes by the targets that they already have, which has been announced.
 */
function repeats({ outcome, owner }: SwapResult, { site, stored, at }: Observation): boolean {
  if (outcome !== 'swapped' || stored.unfinished !== undefined || stored.leasedUntil === undefined) return false;
  return !isSettled(stored, at) && owner !== undefined && routerAt(site, stored.lastTarget)?.name === owner;
}

/** Refusals of a trigger whose failure another run has handled or is handling, and announces. */
const UNREMARKABLE: ReadonlySet<string> = new Set(['lease-held', 'replayed']);

type FailoverEvent = Extract<DetailType, `Failover ${string}`>;

/** Undefined: no event. */
function announcementOf(result: SwapResult): FailoverEvent | undefined {
  if (completes(result)) return 'Failover Completed';
  switch (result.outcome) {
    case 'refused':
      return 'Failover Refused';
    case 'partial':
      return 'Failover Partial';
    case 'noted':
      return HOLDS.has(result.reason) ? undefined : 'Failover Noted';
    case 'swapped':
    case 'already':
      return undefined;
  }
}

/**
 * Every route is at the new owner, which may not have been announced: this run moved the last one, or an earlier run moved all of
 * them and ended before its announcement. If only the end of that run is not recorded, the swap is announced twice.
 */
function completes({ outcome, reason }: SwapResult): boolean {
  return outcome === 'swapped' || (outcome === 'already' && reason === FINISHED);
}

const FINISHED: SwapReason = 'finish-swap';

/** Reasons for which nothing would have been done; every other `noted` result states what would have been done. */
const HOLDS: ReadonlySet<string> = new Set<HoldReason>(['healthy', 'degraded', 'one-probe-only']);

async function announce(result: SwapResult, trigger: Trigger, at: number, ports: SwapPorts): Promise<void> {
  const detailType = announcementOf(result);
  if (detailType === undefined) return;
  const { topology } = ports.site;
  await ports.announce(detailType, {
    topology,
    ...eventDetail(result),
    detector: detectorOf(trigger),
    id: trigger.id,
    at: new Date(at).toISOString(),
  });
}

function measure(result: SwapResult, { kind }: Trigger, { metric }: SwapPorts): void {
  const { outcome, tookMs, foreign } = result;
  if (completes(result)) {
    metric('FailoverCompleted', 1);
    metric('SwapMs', tookMs);
  }
  // An operator reads the refusal of a request in its answer.
  if (outcome === 'refused' && kind !== 'operator') metric('FailoverRefused', 1);
  if (foreign.length > 0) metric('ForeignRoutes', foreign.length);
}

function historyEntry(result: SwapResult, trigger: Trigger, at: number): SwapEntry {
  const { outcome, reason, says, owner, epoch, moved, tookMs, times } = result;
  return {
    kind: 'swap',
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
    detailed: true,
    ...(times && { times }),
    ...(trigger.kind === 'operator' && trigger.requestedBy && { requestedBy: trigger.requestedBy }),
    ...(trigger.kind === 'report' && trigger.details !== undefined && { evidence: trigger.details }),
  };
}
