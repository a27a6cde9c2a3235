import { isWithin } from '#topology/networks.ts';
import type { Topology } from '#topology/topology.ts';
import type { TunnelState } from '#ui/contract.ts';
import type { BgpSession } from '../ask-frr.ts';

/** Tunnels by the eBGP sessions in them: up where both ends have one that is Established, down where an end has one that is not. */
export function tunnelStates(
  { tunnels }: Pick<Topology, 'tunnels'>,
  sessions: ReadonlyMap<string, readonly BgpSession[]>,
): readonly TunnelState[] {
  return tunnels.map(({ between, network }) => {
    const states = between.flatMap(
      (router) => sessions.get(router)?.find(({ address }) => isWithin(`${address}/32`, network))?.state ?? [],
    );
    const down = states.some((each) => each !== 'Established');
    const state = down ? 'down' : states.length > 0 ? 'up' : 'unknown';
    return { between, state, says: `${between.join(' – ')}: BGP ${states.join(' and ') || 'unknown'}` };
  });
}
