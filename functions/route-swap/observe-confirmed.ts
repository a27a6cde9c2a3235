import { decide } from '#failover/decision.ts';
import { diagnose, isCertain } from '#failover/diagnosis.ts';
import { needsNewReading } from '#failover/fitness.ts';
import type { Observation } from '#failover/observation.ts';
import type { StoredSite } from '#failover/stored-site.ts';
import { isSettled } from '#failover/stored-state.ts';
import { withoutTentativeOf } from '#failover/tentative-swap.ts';
import type { ReportTrigger, Trigger } from '#failover/trigger.ts';
import { observationOf, readStore } from '#functions/observe.ts';
import { type Begun, begin, journalOf, type SwapDecision } from './begin-swap.ts';
import type { SwapPorts } from './ports.ts';
import type { PreparedObservation } from './prepared-observations.ts';

/** The observation of a confirmed report, and the swap that was begun with it. */
export interface Confirmed {
  readonly observation: Observation;
  readonly begun: Begun;
  /** When the observation was prepared, ms since the epoch. */
  readonly preparedAt: number;
}

/**
 * The observation of a confirmed report whose suspected one was prepared in this environment. EC2's facts are the prepared ones.
 * The store is read again, and at the same time lease and journal are written tentatively, so that one round trip precedes the
 * first ReplaceRoute. Each of these calls is sent twice, because the slowest of them is what the swap waits for. The swap stands if
 * the new state of the store leads to the same swap; otherwise it is withdrawn at once.
 *
 * @returns undefined: observe as for any other trigger. Nothing was prepared, or too soon after another swap, or the prepared swap does
 * not stand
 */
export async function observeConfirmed(trigger: Trigger, ports: SwapPorts): Promise<Confirmed | undefined> {
  if (trigger.kind !== 'report' || trigger.phase !== 'confirmed') return undefined;
  const prepared = ports.prepared.take(trigger, ports.now());
  if (prepared === undefined || !showsLastSwap(prepared)) return undefined;
  const expected = await observationAt(prepared.stored, prepared, trigger, ports);
  const planned = preparedSwap(expected);
  if (planned === undefined) return undefined;
  const journal = journalOf(planned, expected, ports);
  const beginning = begin(
    journal,
    ports,
    () => ports.store.beginTentatively(journal, prepared.stored, journal.beganAt),
    // A store that answers no read either would cost the swap without it another two seconds.
    async () => (await reading).stored.reachable,
  );
  const reading = readAgain(prepared.stored, ports);
  const [begun, found] = await Promise.all([beginning, reading]);
  const stored = { ...found, stored: withoutTentativeOf(ports.run, found.stored) };
  const observation = await observationAt(stored, prepared, trigger, ports);
  if (begun.outcome !== 'lost-race' && isSameSwap(preparedSwap(observation), planned))
    return { observation, begun, preparedAt: prepared.at };
  ports.log.info('The prepared swap does not stand; the site is observed again', { id: trigger.id });
  await withdraw(begun, prepared.stored, found.stored.reachable, ports);
  return undefined;
}

/**
 * Without the trigger's answer, which is one call less for the slowest of them to be waited for: an answer that forbids another one was
 * given since then only by a run that has changed the record of the last swap, and then the tentative write fails.
 */
async function readAgain({ stored: { answered } }: StoredSite, ports: SwapPorts): Promise<StoredSite> {
  const found = await readStore(undefined, ports, { twice: true });
  return found.stored.reachable ? { ...found, stored: { ...found.stored, answered } } : found;
}

/**
 * Whether EC2's facts show what the last swap did. The rules take for granted that they do once its lease has settled, and reckon from
 * the present, not from the time of the prepared reads.
 */
function showsLastSwap({ at, stored: { stored } }: PreparedObservation): boolean {
  return stored.leasedUntil === undefined || isSettled(stored, at);
}

async function observationAt(
  stored: StoredSite,
  { ec2 }: PreparedObservation,
  trigger: ReportTrigger,
  ports: SwapPorts,
): Promise<Observation> {
  return ports.unjournaled.addTo(await observationOf(trigger, ec2, stored, ports));
}

/** Undefined: another decision than a swap, or one that needs more than was prepared: a reading of the target, or no lease. */
function preparedSwap(observation: Observation): SwapDecision | undefined {
  if (!observation.stored.reachable) return undefined;
  const { kind, target } = diagnose(observation);
  if (isCertain(kind) && needsNewReading(observation, target)) return undefined;
  const decision = decide(observation);
  return decision.kind === 'swap' ? decision : undefined;
}

function isSameSwap(one: SwapDecision | undefined, other: SwapDecision): boolean {
  return (
    one !== undefined &&
    one.reason === other.reason &&
    one.target.eni === other.target.eni &&
    one.automatic === other.automatic
  );
}

/**
 * If the write fails, `observeForSwap` repeats it when the store answers. Otherwise the lease ends by itself, and no later run takes the
 * swap for one that has begun.
 *
 * @param answers whether the store answered the read. If it answers nothing, a further call would only delay the swap without it
 */
async function withdraw(
  { journal, outcome }: Begun,
  seen: StoredSite,
  answers: boolean,
  { store, log }: SwapPorts,
): Promise<void> {
  if (outcome === 'lost-race' || (outcome === 'unwritable' && !answers)) return;
  try {
    await store.withdraw(journal, seen);
  } catch (error) {
    log.warn(`Swap ${journal.epoch} could not be withdrawn yet`, { error });
  }
}
