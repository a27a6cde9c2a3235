import type { Topology } from '#topology/topology.ts';
import type { SessionChange } from './network-model.ts';

/** What a router detected when it lost a session, and by which detector. */
export function detectionText(
  { router, peer, kind }: SessionChange,
  { profile, bfd }: Pick<Topology, 'profile' | 'bfd'>,
) {
  if (profile === 'fast') {
    return {
      what: 'detected',
      says: `bfd on ${router}: no answer from ${peer} for ${bfd.multiplier} × ${bfd.intervalMs} ms`,
    } as const;
  }
  return {
    what: 'rerouted',
    says: `${router}: hold time of ${peer} is over (${kind === 'ebgp' ? 'eBGP' : 'iBGP'})`,
  } as const;
}
