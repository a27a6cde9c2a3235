import { type Decision, decide } from '#failover/decision.ts';
import { firstOf } from '#failover/in-words.ts';
import { foreignRoutes, type Observation, ownerOf } from '#failover/observation.ts';
import { routeName } from '#failover/site.ts';
import { planSwap } from '#failover/swap-plan.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import { detectorOf, type Trigger } from '#failover/trigger.ts';
import { rememberReporter } from '#functions/observe.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import { conclude } from './conclude.ts';
import { StoredLease, WITHOUT_LEASE } from './lease.ts';
import { look } from './look.ts';
import type { SwapResult } from './result.ts';
import type { SwapTools } from './tools.ts';

/**
 * The one story that every trigger ends in: look → decide → lease and journal → replace → read back → record →
 * announce. Nothing else writes routes.
 */
export async function swapRoutes(trigger: Trigger, tools: SwapTools): Promise<SwapResult> {
  const began = tools.now();
  const remembered = rememberReporter(trigger, tools);
  const seen = await look(trigger, tools);
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
  await remembered;
  return told;
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
  tools: SwapTools,
): Promise<Swapped> {
  const journal = journalOf(decision, seen, trigger, tools);
  if (decision.withoutLease) {
    tools.metric('LockBypassed', 1);
    const done = await carryOut(journal.plan, WITHOUT_LEASE, tools.pacer, tools);
    return { result: moved(decision, seen, journal, done) };
  }
  if (!(await tools.store.begin(journal, seen.memory, journal.beganAt))) return { result: outrun(seen) };
  const lease = new StoredLease(journal.epoch, journal.beganAt, tools);
  const done = await carryOut(journal.plan, lease, tools.pacer, tools);
  const close = () => release(journal.epoch, done, tools);
  return { result: moved(decision, seen, journal, done), close };
}

function journalOf(
  { to, reason: why, says, automatic }: Decision & { kind: 'swap' },
  seen: Observation,
  trigger: Trigger,
  { run, now }: SwapTools,
): SwapJournal {
  const { epoch: last, unfinished } = seen.memory;
  // However many runs it takes to finish a swap, why it began is not forgotten.
  const reason = why === 'finish-swap' ? (unfinished?.reason ?? why) : why;
  const plan = planSwap(seen, to);
  return { epoch: last + 1, plan, reason, says, automatic, trigger: trigger.id, run, beganAt: now() };
}

/** The routes are where they are, whether this can be written or not: the next trigger would find them and write it. */
async function release(epoch: number, { remaining }: CarriedOut, { store, now, log }: SwapTools): Promise<void> {
  try {
    await store.release(
      epoch,
      remaining.map(({ step }) => routeName(step)),
      now(),
    );
  } catch (error) {
    log.error(`Could not record the end of swap ${epoch}; the next trigger will.`, { error });
  }
}

/** Another run took the lease between our look and our write. */
function outrun(seen: Observation): Unconcluded {
  const says = `Another trigger began swap ${seen.memory.epoch + 1} first. Ask again.`;
  return unmoved({ kind: 'refuse', reason: 'lease-held', says }, seen);
}

function moved(
  decision: Decision & { kind: 'swap' },
  seen: Observation,
  { epoch, plan }: SwapJournal,
  { moved: steps, remaining }: CarriedOut,
): Unconcluded {
  const all = remaining.length === 0;
  const outcome = !all ? 'partial' : plan.steps.length === 0 ? 'already' : 'swapped';
  const left = remaining.map(({ step, why }) => ({ ...route(step), why }));
  const which = left.map(({ table, destination, why }) => `${table} ${destination} (${why})`);
  const trouble = `${left.length} of ${steps.length + left.length} routes are not at ${decision.to.name} yet: ${firstOf(which, '; ')}. Ask again.`;
  return {
    outcome,
    reason: decision.reason,
    says: [decision.says, ...(decision.withoutLease ? [LOCK_BYPASSED] : []), ...(all ? [] : [trouble])].join(' '),
    lockBypassed: decision.withoutLease,
    site: seen.site.name,
    owner: all ? decision.to.name : undefined,
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
    epoch: seen.memory.epoch,
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
