import type { Neighbors } from '#contracts/push-neighbors.ts';
import { sameForm } from '#failover/bgp-summary.ts';
import { someOf } from '#topology/some-of.ts';
import type { PlanProblem } from './router-plan.ts';

interface Router {
  readonly running: readonly string[];
  readonly desired: readonly string[];
  /** Its BGP neighbors now; null: unknown, which is a problem of its own. */
  readonly baseline: Neighbors | null;
  /** Addresses of the other router of the pair. */
  readonly pair: readonly string[];
  /** Nodes on it that the topology does not manage. */
  readonly leftAlone: readonly string[];
}

/**
 * The routers of a pair share one AS number: with different numbers, the session between them is down and the push
 * would roll back, and a push never changes both at once. A pair without a session loses none; but VyOS has one AS
 * number for all neighbors (1.3 rejects a second one, 1.4 would replace the first).
 */
export function asNumberProblem(
  name: string,
  { running, desired, baseline, pair, leftAlone }: Router,
): PlanProblem | undefined {
  const [now, next] = [running, desired].map((lines) => lines.map(ownAs).find((found) => found !== undefined));
  if (now === undefined || next === undefined || now === next) return undefined;
  const others = leftAlone.filter((node) => node.startsWith('protocols bgp '));
  if (others.length > 0) {
    const says =
      `${name} has BGP neighbors that the topology does not manage (${someOf(others)}) and uses AS ${now}; the topology says ${next}, and VyOS has one AS number for all neighbors: ` +
      `write asn: ${now} for its site, or remove those neighbors from this router`;
    return { reason: 'as-number', says };
  }
  if (!pair.some((address) => baseline?.[sameForm(address)]?.established === true)) return undefined;
  const says =
    `${name} has the AS number ${now}, and the topology says ${next}: the routers of a pair share it and never change at the same ` +
    'time, so change it by hand, on both and at all of their neighbors';
  return { reason: 'as-number', says };
}

/** `set protocols bgp system-as 65001`, before 1.4 part of every BGP line: `set protocols bgp 65001 …`. */
function ownAs(line: string): string | undefined {
  return /^set protocols bgp (?:system-as )?'?(\d+)'?(?: |$)/.exec(line)?.[1];
}
