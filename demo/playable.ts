import type { Topology } from '#topology/topology.ts';
import type { DemoOptions } from './options.ts';
import { wayOut } from './scene.ts';

/** Why the demo would wait for something that never comes, for a person; undefined: it can be played. */
export function whyNotPlayable({ profile, sites }: Topology, { fail }: Pick<DemoOptions, 'fail'>): string | undefined {
  const [here, there] = sites;
  if (here === undefined || there === undefined)
    return 'the demo breaks a router between two sites; there is one. Look at it with: vyos-failover emulate.';
  const unled = [
    [here, there],
    [there, here],
  ].find(([from, to]) => from !== undefined && to !== undefined && wayOut(from, to) === undefined);
  if (unled !== undefined) {
    const [from, to] = unled.map((site) => site?.name);
    return (
      `the demo pings between ${here.name} and ${there.name}, and no route table of ${from} has a managed route to a front ` +
      `subnet of ${to}. Put two sites first that have routes to each other.`
    );
  }
  if (fail === 'uplink' || here.policy.prefer === 'availability' || profile === 'fast') return undefined;
  return (
    `site ${here.name} prefers safety, which wants a second witness, and profile ${profile} has no BFD, by which routers of ` +
    'other sites testify. What is left, heartbeats that stop and the EC2 status check, speaks after a minute or more; ' +
    'the demo does not wait for that. Take profile: fast, prefer: availability, or --fail uplink.'
  );
}
