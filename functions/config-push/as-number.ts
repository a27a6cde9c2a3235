import { sameForm } from '#failover/bgp-summary.ts';
import type { Neighbors } from './neighbors.ts';
import type { PlanProblem } from './plan-problems.ts';

/**
 * A pair shares its AS number: with another one on one of its routers the session between the two is down, and the push
 * would be undone. Both at the same time is what a push never does. A router whose pair has no session has none to lose.
 *
 * @param baseline its BGP neighbors now; null: unknown, which is refused for itself
 * @param pair addresses of the other router of the pair
 */
export function asNumberProblem(
  name: string,
  running: readonly string[],
  wanted: readonly string[],
  baseline: Neighbors | null,
  pair: readonly string[],
): PlanProblem | undefined {
  const [now, next] = [running, wanted].map((lines) => lines.map(ownAs).find((found) => found !== undefined));
  if (now === undefined || next === undefined || now === next) return undefined;
  if (!pair.some((address) => baseline?.[sameForm(address)]?.established === true)) return undefined;
  const says =
    `${name} has the AS number ${now}, and the topology says ${next}: the routers of a pair share it and never change at the same ` +
    'time, so it is changed by hand, there and at all of their neighbors';
  return { reason: 'as-number', says };
}

/** `set protocols bgp system-as 65001`, before 1.4 part of every BGP line: `set protocols bgp 65001 …`. */
function ownAs(line: string): string | undefined {
  return /^set protocols bgp (?:system-as )?'?(\d+)'?(?: |$)/.exec(line)?.[1];
}
