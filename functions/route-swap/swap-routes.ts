import type { SwapResult } from '#contracts/swap-result.ts';
import { listOf } from '#failover/clause.ts';
import { type Decision, decide } from '#failover/decision.ts';
import { foreignRoutes, type Observation, ownerOf } from '#failover/observation.ts';
import type { ManagedRoute } from '#failover/site.ts';
import { planSwap, type SwapPlan } from '#failover/swap-plan.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import { detectorOf, type Trigger } from '#failover/trigger.ts';
import { recordReporterClaim } from '#functions/observe.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import { conclude } from './conclude.ts';
import { StoredLease, WITHOUT_LEASE } from './lease.ts';
import { observeForSwap, observeWithoutStore } from './observe-for-swap.ts';
import { NO_ORDERS, StoredOrders } from './orders.ts';
import type { SwapPorts } from './ports.ts';
import { receiveNotices } from './receive-notices.ts';
import { remainingOf } from './remaining-routes.ts';

/**
 * The one story that every trigger ends in: look → decide → lease and journal → replace → read back → record →
 * announce. Nothing else writes routes.
 */
export async function swapRoutes(trigger: Trigger, tools: SwapPorts): Promise<SwapResult> {
  const began = tools.now();
  const remembered = recordReporterClaim(trigger, tools);
  const seen = await observeForSwap(trigger, tools);
  const decision = decide(seen);
  tools.log.info(decision.says, {
    decision: { kind: decision.kind, reason: decision.reason },
    detector: detectorOf(trigger),
  });
  const { result, close } =
    decision.kind === 'swap' ? await swap(decision, seen, trigger, tools) : { result: unmoved(decision, seen) };
  const told = await conclude({ ...result, tookMs: tools.now() - began }, seen, tools);
  // Not before people were told: if this run dies first, the next one finds the swap open, ends it and tells them.
  await close?.();
  await receiveNotices(seen, told, tools);
  await remembered;
  if (answered(seen, told)) await tools.unjournaled.flush(tools.store, tools.log);
  return told;
}

/** The store did, in all that this run asked of it: else another wait for it could cost the time to answer. */
function answered({ stored }: Observation, { lockBypassed, reason }: SwapResult): boolean {
  return stored.reachable && !lockBypassed && reason !== 'memory-unreachable';
}

type Unconcluded = Omit<SwapResult, 'tookMs'>;

interface Swapped {
  readonly result: Unconcluded;
  /** Writes down that the swap is over, and gives the lease back. */
  readonly close?: () => Promise<void>;
}

async function swap(
  decision: Decision & { kind: 'swap' },
  seen: Observation,
  trigger: Trigger,
  tools: SwapPorts,
): Promise<Swapped> {
  if (decision.withoutLease) return swapWithoutLease(decision, seen, trigger, tools);
  const journal = journalOf(decision, seen, trigger, tools);
  switch (await begin(journal, seen, tools)) {
    case 'begun':
      return swapWithLease(decision, seen, journal, tools);
    case 'outrun':
      return { result: outrun(seen) };
    case 'unwritable':
      return swapUnwritten(seen, journal, planSwap(seen, decision.target), trigger, tools);
  }
}

/** `unwritable`: whether it was written or not, no answer came, twice. */
async function begin(
  journal: SwapJournal,
  { stored }: Observation,
  { store, log }: SwapPorts,
): Promise<'begun' | 'outrun' | 'unwritable'> {
  for (const attempt of [1, 2]) {
    try {
      return (await store.begin(journal, stored, journal.beganAt)) ? 'begun' : 'outrun';
    } catch (error) {
      // The second attempt finds the journal of the first, if only the answer was lost.
      log.warn(`Swap ${journal.epoch} could not be written down (attempt ${attempt})`, { error });
    }
  }
  return 'unwritable';
}

async function swapWithLease(
  decision: Decision & { kind: 'swap' },
  seen: Observation,
  journal: SwapJournal,
  tools: SwapPorts,
): Promise<Swapped> {
  const rights = {
    lease: new StoredLease(journal.epoch, journal.beganAt, tools),
    orders: new StoredOrders(seen, journal.to.eni, tools),
  };
  const done = await carryOut(planSwap(seen, decision.target), rights, tools.pacer, tools);
  return {
    result: moved(decision, seen, journal, done),
    close: () =>
      release(
        journal,
        done.remaining.map(({ step }) => step),
        tools,
      ),
  };
}

/** @param began when this run first tried to write it down: if it was written after all, it counts once */
async function swapWithoutLease(
  decision: Decision & { kind: 'swap' },
  seen: Observation,
  trigger: Trigger,
  tools: SwapPorts,
  began?: number,
): Promise<Swapped> {
  const journal = journalOf(decision, seen, trigger, tools);
  tools.metric('LockBypassed', 1);
  const counted = { at: began ?? journal.beganAt, to: decision.target.eni, automatic: decision.automatic };
  tools.unjournaled.add(counted);
  const plan = planSwap(seen, decision.target);
  const done = await carryOut(plan, { lease: WITHOUT_LEASE, orders: NO_ORDERS }, tools.pacer, tools);
  if (!done.hasCalled) tools.unjournaled.remove(counted);
  return { result: moved(decision, seen, journal, done) };
}

/** A store that cannot be written is to the rules what one that cannot be read is: they are asked again. */
async function swapUnwritten(
  seen: Observation,
  unwritten: SwapJournal,
  { steps }: SwapPlan,
  trigger: Trigger,
  tools: SwapPorts,
): Promise<Swapped> {
  const without = await observeWithoutStore({ ...seen, stored: { ...seen.stored, reachable: false } }, tools);
  const decision = decide(without);
  // If the journal was written after all, it keeps nobody waiting: the swap is closed, or open to the next trigger.
  const close = (remaining: readonly ManagedRoute[]) => () => release(unwritten, remaining, tools);
  if (decision.kind !== 'swap') return { result: unmoved(decision, without), close: close(steps) };
  const { result } = await swapWithoutLease(decision, without, trigger, tools, unwritten.beganAt);
  return { result, close: close(result.remaining) };
}

function journalOf(
  { target, reason: why, says, automatic }: Decision & { kind: 'swap' },
  seen: Observation,
  trigger: Trigger,
  { run, now }: SwapPorts,
): SwapJournal {
  const { epoch: last, unfinished } = seen.stored;
  // However many runs it takes to finish a swap, why it began is not forgotten.
  const reason = why === 'finish-swap' ? (unfinished?.reason ?? why) : why;
  const { length: steps } = planSwap(seen, target).steps;
  return {
    epoch: last + 1,
    to: { router: target.name, eni: target.eni },
    steps,
    reason,
    says,
    automatic,
    trigger: trigger.id,
    run,
    beganAt: now(),
  };
}

/** The routes are where they are, whether this can be written or not: the next trigger would find them and write it. */
async function release(
  { epoch, run }: SwapJournal,
  remaining: readonly ManagedRoute[],
  { store, now, log }: SwapPorts,
): Promise<void> {
  try {
    await store.release(epoch, run, remainingOf(remaining), now());
  } catch (error) {
    log.error(`Could not record the end of swap ${epoch}; the next trigger will.`, { error });
  }
}

/** Another run took the lease between our look and our write. */
function outrun(seen: Observation): Unconcluded {
  const says = `Another trigger began swap ${seen.stored.epoch + 1} first. Ask again.`;
  return unmoved({ kind: 'refuse', reason: 'lease-held', says }, seen);
}

function moved(
  decision: Decision & { kind: 'swap' },
  seen: Observation,
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
    says: [decision.says, ...(decision.withoutLease ? [LOCK_BYPASSED] : []), ...(all ? [] : [trouble])].join(' '),
    lockBypassed: decision.withoutLease,
    site: seen.site.name,
    owner: all ? decision.target.name : undefined,
    epoch,
    moved: steps.map(route),
    remaining: left,
    foreign: foreignRoutes(seen).map(route),
  };
}

function unmoved(decision: Exclude<Decision, { kind: 'swap' }>, seen: Observation): Unconcluded {
  return {
    outcome: OUTCOMES[decision.kind],
    reason: decision.reason,
    says: decision.says,
    site: seen.site.name,
    owner: ownerOf(seen)?.name,
    epoch: seen.stored.epoch,
    moved: [],
    remaining: [],
    foreign: foreignRoutes(seen).map(route),
    lockBypassed: false,
  };
}

const LOCK_BYPASSED =
  "LockBypassed: the site's store did not answer, so there is no lease and no journal; look at the routes.";

const OUTCOMES = { already: 'already', note: 'noted', hold: 'noted', refuse: 'refused' } as const;

function route({ table, destination }: { table: string; destination: string }) {
  return { table, destination };
}
