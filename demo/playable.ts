import type { Topology } from '#topology/topology.ts';
import type { DemoOptions } from './options.ts';

/** Why the demo would wait for something that never comes, for a person; undefined: it can be played. */
export function whyNotPlayable({ profile, sites }: Topology, { fail }: Pick<DemoOptions, 'fail'>): string | undefined {
  const [here, there] = sites;
  if (here === undefined || there === undefined) return 'the demo breaks a router between two sites; there is one.';
  if (fail === 'uplink' || here.policy.prefer === 'availability' || profile === 'fast') return undefined;
  return (
    `site ${here.name} prefers safety, which wants a second witness, and profile ${profile} has no BFD, by which routers of ` +
    'other sites testify. What is left, heartbeats that stop and the EC2 status check, speaks after a minute or more; ' +
    'the demo does not wait for that. Take profile: fast, prefer: availability, or --fail uplink.'
  );
}
