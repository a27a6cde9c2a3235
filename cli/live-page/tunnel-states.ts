import type { Topology } from '#topology/topology.ts';
import type { TunnelState } from '#ui/contract.ts';
import type { RouterView } from '../views/site-view.ts';

/**
 * The state of each tunnel as far as the counts of its two ends show it. Routers report how many of their sessions are up, and not which:
 * of a router with some sessions up, each tunnel is unknown.
 */
export function tunnelStates({ tunnels }: Topology, routers: readonly RouterView[]): readonly TunnelState[] {
  return tunnels.map(({ between }) => {
    const ends = between.flatMap((name) => routers.find((router) => router.name === name) ?? []);
    const states = ends.map(endState);
    const state = states.includes('down') ? 'down' : states.includes('up') ? 'up' : 'unknown';
    return { between, state, says: `${between.join(' – ')}: ${TEXTS[state]}` };
  });
}

const TEXTS = {
  up: 'up: an end reports all of its eBGP sessions as established',
  down: 'down: an end reports none of its eBGP sessions as established',
  unknown: 'unknown: no end reports all or none of its eBGP sessions as established',
} as const;

function endState({ ebgp }: RouterView): TunnelState['state'] {
  const counts = ebgp.find((each) => each.counts);
  if (counts === undefined || counts.unreadable > 0 || counts.configured === 0) return 'unknown';
  if (counts.established === 0) return 'down';
  return counts.established === counts.configured ? 'up' : 'unknown';
}
