import { decide } from '#failover/decision.ts';
import { diagnose, isCertain } from '#failover/diagnosis.ts';
import { needsNewReading } from '#failover/fitness.ts';
import type { Observation } from '#failover/observation.ts';
import { type ManagedRouter, routerNamed } from '#failover/site.ts';
import type { StoredSite } from '#failover/stored-site.ts';
import { withoutTentativeOf } from '#failover/tentative-swap.ts';
import type { Trigger } from '#failover/trigger.ts';
import { logFailure } from '#functions/log-failure.ts';
import { observe, readStore } from '#functions/observe.ts';
import { type RoundPorts, readRound, readRouter, withReading, withRound } from '#functions/read-round.ts';
import type { SwapPorts } from './ports.ts';

/**
 * As `observe`, and more where that is not enough: what health-probe has read and the store did not take; a fresh reading of
 * the target of an operator's move (rule 6), and of a target from which the routes have moved away, or may have, since it was read, when
 * EC2 reports that the owner has failed; and without the store a reading of both routers over SSM.
 */
export async function observeForSwap(trigger: Trigger, ports: SwapPorts): Promise<Observation> {
  const rounds = trigger.kind === 'probe' ? (trigger.rounds ?? []) : [];
  const observed = await observe(trigger, ports, () => readWithoutOwnSwap(trigger, ports));
  const observation = rounds.reduce(withRound, ports.unjournaled.addTo(observed));
  if (!observation.stored.reachable) return observeWithoutStore(observation, ports);
  if (trigger.kind === 'operator')
    return withFreshTarget(routerNamed(observation.site, trigger.to), observation, ports);
  const { kind, target } = diagnose(observation);
  const mustRead = isCertain(kind) && needsNewReading(observation, target);
  return mustRead ? withFreshTarget(target, observation, ports) : observation;
}

/**
 * Reads the store, and withdraws this run's tentative swap if `observeConfirmed` could not, because the store did not answer then. Otherwise
 * the run is refused for its own lease, which nobody releases: no run moves a route before it ends.
 */
async function readWithoutOwnSwap(trigger: Trigger, ports: SwapPorts): Promise<StoredSite> {
  const found = await readStore(trigger, ports);
  const { tentative, epoch } = found.stored;
  if (tentative?.run !== ports.run) return found;
  const { run, recordBefore: lease } = tentative;
  const isWithdrawn = await logFailure(`the withdrawal of swap ${epoch}`, ports, () =>
    ports.store.withdraw({ epoch, run }, { lease }),
  );
  return isWithdrawn ? { ...found, stored: withoutTentativeOf(run, found.stored), lease } : found;
}

/** Without the store there are no claims or witnesses. The routers are asked over SSM if the decision depends on them. */
export async function observeWithoutStore(observation: Observation, ports: SwapPorts): Promise<Observation> {
  if (observation.trigger.kind !== 'operator' && decide(observation).kind === 'swap') return observation;
  const round = await readRound(withoutMetrics(ports));
  return { ...withRound(observation, round), at: round.at };
}

async function withFreshTarget(
  target: ManagedRouter | undefined,
  observation: Observation,
  ports: SwapPorts,
): Promise<Observation> {
  if (target === undefined) return observation;
  const reading = await readRouter(target, withoutMetrics(ports));
  const at = ports.now();
  return { ...withReading(observation, target, reading, at), at };
}

/** health-probe alone emits the metrics of a reading. */
function withoutMetrics(ports: SwapPorts): RoundPorts {
  return { ...ports, routerMetric: () => undefined };
}
