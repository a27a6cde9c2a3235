import type { DetailType } from '#contracts/events.ts';
import type { SwapEntry } from '#contracts/history.ts';
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
export async function conclude(result: SwapResult, observation: Observation, ports: SwapPorts): Promise<SwapResult> {
  const { trigger } = observation;
  const at = ports.now();
  const news = isNews(result, observation, ports);
  const { outcome, says } = result;
  // In every run that leaves routes, announced before or not, so that the alarm stays on.
  if (outcome === 'partial') ports.metric('FailoverPartial', 1);
  if (news) measure(result, ports);
  if (news) await tell(result, trigger, at, ports);
  const level = outcome === 'partial' || result.foreign.length > 0 ? 'error' : 'info';
  ports.log[level](`${outcome}: ${says}`, { result });
  return result;
}

async function tell(result: SwapResult, trigger: Trigger, at: number, ports: SwapPorts): Promise<void> {
  ports.told.add(trigger.id, result);
  ports.told.add(stateOf(result, trigger), result);
  const { outcome, reason, says } = result;
  await Promise.all([
    logFailure('the answer', ports, () => ports.store.recordAnswer(trigger.id, { outcome, reason, says, at })),
    logFailure('the history entry', ports, () => ports.store.recordHistory(historyEntry(result, trigger, at))),
    logFailure('the announcement', ports, () => announce(result, trigger, at, ports)),
  ]);
}

/**
 * A router asks again every few seconds while it is refused; people are told once for each id and reason. A replay, or
 * a trigger that came while another run was at work on the same failure, is no news at all.
 */
function isNews(result: SwapResult, observation: Observation, { told }: SwapPorts): boolean {
  const { outcome, reason } = result;
  const { stored, trigger } = observation;
  // What is announced is told for itself.
  if (outcome === 'noted' && HOLDS.has(reason) && trigger.kind === 'ec2' && trigger.notices !== undefined) return false;
  if (UNREMARKABLE.has(reason) || leavesTheSame(result, stored) || repeats(result, observation)) return false;
  // For as long as the peer is silent a router reports it again, by other ids: where nothing was to move, nothing is.
  if (outcome === 'already' && told.has(stateOf(result, trigger), result)) return false;
  // The store does not tell, or did not keep the answer.
  if (stored.answered === undefined) return outcome === 'swapped' || !told.has(trigger.id, result);
  return stored.answered.outcome !== outcome || stored.answered.reason !== reason;
}

/** Identifies repeated reports of a router until a swap changes what they are about. */
function stateOf({ epoch }: SwapResult, trigger: Trigger): string {
  return trigger.kind === 'report' ? `${trigger.reporter} after swap ${epoch}` : trigger.id;
}

/** An attempt to finish a swap that left what the one before it had left, and told; the probe makes one each minute. */
function leavesTheSame({ outcome, reason, remaining }: SwapResult, { unfinished }: StoredState): boolean {
  if (outcome !== 'partial' || reason !== FINISHED || unfinished?.remaining === undefined) return false;
  return unfinished.remaining.digest === remainingOf(remaining)?.digest;
}

/**
 * EC2's event of a failure comes a second after the report of it, and EC2 may show for a while where the routes were before:
 * a run that goes by that moves them again to where they are, and everybody has been told.
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
 * Every route is at the new owner, and nobody may know yet: this run moved the last one, or found all of them moved by
 * one that died before it told anybody. If only its end could not be recorded, people hear it twice, which beats never.
 */
function completes({ outcome, reason }: SwapResult): boolean {
  return outcome === 'swapped' || (outcome === 'already' && reason === FINISHED);
}

const FINISHED: SwapReason = 'finish-swap';

/** Reasons to be looking on; every other note says what would have been done. */
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

function measure(result: SwapResult, { metric }: SwapPorts): void {
  const { outcome, tookMs, moved, foreign } = result;
  if (completes(result)) {
    metric('FailoverCompleted', 1);
    metric('RoutesMoved', moved.length);
    metric('SwapMs', tookMs);
  }
  if (outcome === 'refused') metric('FailoverRefused', 1);
  if (foreign.length > 0) metric('ForeignRoutes', foreign.length);
}

function historyEntry(result: SwapResult, trigger: Trigger, at: number): SwapEntry {
  const { outcome, reason, says, owner, epoch, moved, tookMs } = result;
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
    ...(trigger.kind === 'report' && trigger.details !== undefined && { evidence: trigger.details }),
  };
}
