import type { SwapResult } from '#contracts/swap-result.ts';
import { listOf } from '#failover/clause.ts';
import { type Decision, decide } from '#failover/decision.ts';
import { foreignRoutes, type Observation, ownerOf } from '#failover/observation.ts';
import type { RefusedRoute } from '#failover/stored-state.ts';
import { planSwap, type SwapPlan } from '#failover/swap-plan.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import { detectorOf, type Trigger } from '#failover/trigger.ts';
import { recordReporterClaim } from '#functions/observe.ts';
import { type Begun, begin, journalOf, release, type SwapDecision } from './begin-swap.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import { conclude } from './conclude.ts';
import { StoredLease, WITHOUT_LEASE } from './lease.ts';
import { observeConfirmed } from './observe-confirmed.ts';
import { observeForSwap, observeWithoutStore } from './observe-for-swap.ts';
import { NO_ORDERS, StoredOrders } from './orders.ts';
import type { SwapPorts } from './ports.ts';
import { receiveNotices } from './receive-notices.ts';
import { recordCalls } from './recorded-calls.ts';
import { type Decided, swapDetail } from './swap-detail.ts';
import { type Progress, swapTimes } from './swap-times.ts';
import { withdrawAbandoned } from './withdraw-abandoned.ts';

/**
 * The procedure of every trigger: observe → decide → lease and journal → replace → read back → record → announce. Nothing else
 * writes routes. A confirmed report whose site is prepared takes lease and journal during its observation.
 */
export async function swapRoutes(trigger: Trigger, given: SwapPorts): Promise<SwapResult> {
  const began = given.now();
  const recorded = recordCalls(given, began);
  const confirmed = await observeConfirmed(trigger, recorded.ports);
  // Not beside the calls that a prepared swap waits for.
  const claimRecorded = recordReporterClaim(trigger, recorded.ports);
  const observation = confirmed?.observation ?? (await observeForSwap(trigger, recorded.ports));
  // With the former interfaces that routes point at.
  const ports = { ...recorded.ports, site: observation.site };
  const decision = decide(observation);
  const decidedAt = ports.now();
  ports.log.info(decision.says, {
    decision: { kind: decision.kind, reason: decision.reason },
    detector: detectorOf(trigger),
    id: trigger.id,
  });
  const { result, progress, again, close }: Swapped =
    decision.kind === 'swap'
      ? await swap(decision, observation, confirmed?.begun, began, ports)
      : { result: unmoved(decision, observation) };
  const times = progress && swapTimes(trigger, began, { decidedAt, preparedAt: confirmed?.preparedAt, ...progress });
  const detail = () => swapDetail(again ?? { decision, observation }, recorded);
  const concluded = await conclude({ ...result, tookMs: ports.now() - began, times }, observation, detail, ports);
  // After the announcement: if this run crashes before it, the next run finds the swap open, closes it and announces it.
  await close?.();
  await receiveNotices(observation, concluded, ports);
  // A swap that has begun has replaced the record.
  if (decision.kind !== 'swap') await withdrawAbandoned(observation, ports);
  await claimRecorded;
  if (answered(observation, concluded)) await ports.unjournaled.flush(ports.store, ports.log);
  return concluded;
}

/** The store answered all calls of this run; otherwise another wait for it could cost the time to answer. */
function answered({ stored }: Observation, { lockBypassed, reason }: SwapResult): boolean {
  return stored.reachable && !lockBypassed && reason !== 'memory-unreachable';
}

type Unconcluded = Omit<SwapResult, 'tookMs' | 'times'>;

interface Swapped {
  readonly result: Unconcluded;
  /** Undefined: no route was to be replaced. */
  readonly progress?: Progress;
  /** The decision was made again, on this observation. */
  readonly again?: Decided;
  /** Writes down that the swap is over, and gives the lease back. */
  readonly close?: () => Promise<void>;
}

async function swap(
  decision: SwapDecision,
  observation: Observation,
  confirmed: Begun | undefined,
  began: number,
  ports: SwapPorts,
): Promise<Swapped> {
  if (decision.withoutLease) return swapWithoutLease(decision, observation, ports);
  const { journal, outcome } = confirmed ?? (await beginNow(decision, observation, ports));
  switch (outcome) {
    case 'begun':
      return swapWithLease(decision, observation, journal, began, ports);
    case 'lost-race':
      return { result: lostRace(observation) };
    case 'unwritable':
      return swapUnwritten(observation, journal, planSwap(observation, decision.target), ports);
  }
}

function beginNow(decision: SwapDecision, observation: Observation, ports: SwapPorts): Promise<Begun> {
  const journal = journalOf(decision, observation, ports);
  return begin(journal, ports, () => ports.store.begin(journal, observation.stored, journal.beganAt));
}

/** @param began when this run began, before it read the store */
async function swapWithLease(
  decision: SwapDecision,
  observation: Observation,
  journal: SwapJournal,
  began: number,
  ports: SwapPorts,
): Promise<Swapped> {
  const rights = {
    lease: new StoredLease(journal.epoch, journal.beganAt, ports),
    orders: new StoredOrders(observation, journal.to.eni, began, ports),
  };
  const begunAt = ports.now();
  const done = await carryOut(planSwap(observation, decision.target), rights, ports.pacer, ports);
  return {
    result: moved(decision, observation, journal, done),
    progress: { begunAt, accepted: done.accepted },
    close: () =>
      release(
        journal,
        done.remaining.map(({ step, why }) => ({ ...step, why })),
        ports,
      ),
  };
}

/** @param began when this run first tried to write it down: if it was written after all, it counts once */
async function swapWithoutLease(
  decision: SwapDecision,
  observation: Observation,
  ports: SwapPorts,
  began?: number,
): Promise<Swapped> {
  const journal = journalOf(decision, observation, ports);
  ports.metric('LockBypassed', 1);
  const counted = { at: began ?? journal.beganAt, to: decision.target.eni, automatic: decision.automatic };
  ports.unjournaled.add(counted);
  const plan = planSwap(observation, decision.target);
  const done = await carryOut(plan, { lease: WITHOUT_LEASE, orders: NO_ORDERS }, ports.pacer, ports);
  if (!done.hasCalled) ports.unjournaled.remove(counted);
  return { result: moved(decision, observation, journal, done), progress: { accepted: done.accepted } };
}

/** The rules treat a store that cannot be written like one that cannot be read, so the decision is made again. */
async function swapUnwritten(
  observation: Observation,
  unwritten: SwapJournal,
  { steps }: SwapPlan,
  ports: SwapPorts,
): Promise<Swapped> {
  const without = await observeWithoutStore(
    { ...observation, stored: { ...observation.stored, reachable: false } },
    ports,
  );
  const decision = decide(without);
  // If the journal was written after all, no other trigger waits for its lease: the swap is closed, or left for the next trigger.
  const close = (remaining: readonly RefusedRoute[]) => () => release(unwritten, remaining, ports);
  const again = { decision, observation: without };
  if (decision.kind !== 'swap') {
    const unmovedSteps = steps.map((step) => ({ ...step, why: decision.says }));
    return { result: unmoved(decision, without), again, close: close(unmovedSteps) };
  }
  const swapped = await swapWithoutLease(decision, without, ports, unwritten.beganAt);
  return { ...swapped, again, close: close(swapped.result.remaining) };
}

/** Another run took the lease between this run's observation and its write. */
function lostRace(observation: Observation): Unconcluded {
  const says = `Another trigger began swap ${observation.stored.epoch + 1} first. Ask again.`;
  return unmoved({ kind: 'refuse', reason: 'lease-held', says }, observation);
}

function moved(
  decision: SwapDecision,
  observation: Observation,
  { epoch, steps: planned }: SwapJournal,
  { moved: steps, remaining }: CarriedOut,
): Unconcluded {
  const all = remaining.length === 0;
  const outcome = !all ? 'partial' : planned === 0 ? 'already' : 'swapped';
  const left = remaining.map(({ step, why }) => ({ ...route(step), why }));
  const which = left.map(({ table, destination, why }) => `${table} ${destination} (${why})`);
  const trouble = `${left.length} of ${steps.length + left.length} routes are not at ${decision.target.name} yet: ${listOf(which, '; ')}. Ask again.`;
  return {
    outcome,
    reason: decision.reason,
    says: [
      all ? decision.done : decision.says,
      ...(decision.withoutLease ? [LOCK_BYPASSED] : []),
      ...(all ? [] : [trouble]),
    ].join(' '),
    lockBypassed: decision.withoutLease,
    site: observation.site.name,
    owner: all ? decision.target.name : undefined,
    epoch,
    moved: steps.map(route),
    remaining: left,
    foreign: foreignRoutes(observation).map(route),
  };
}

function unmoved(decision: Exclude<Decision, { kind: 'swap' }>, observation: Observation): Unconcluded {
  return {
    outcome: OUTCOMES[decision.kind],
    reason: decision.reason,
    says: decision.says,
    site: observation.site.name,
    owner: ownerOf(observation)?.name,
    epoch: observation.stored.epoch,
    moved: [],
    remaining: [],
    foreign: foreignRoutes(observation).map(route),
    lockBypassed: false,
  };
}

const LOCK_BYPASSED =
  "LockBypassed: the site's store did not answer, so there is no lease and no journal; look at the routes.";

const OUTCOMES = { already: 'already', note: 'noted', hold: 'noted', refuse: 'refused' } as const;

function route({ table, destination }: { table: string; destination: string }) {
  return { table, destination };
}
