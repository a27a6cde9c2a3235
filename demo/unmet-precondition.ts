import type { Topology } from '#topology/topology.ts';
import type { DemoOptions } from './options.ts';
import { wayOut } from './scenario.ts';

/** Why the demo could not finish with this topology, as a message; undefined: it can. */
export function unmetPrecondition(
  { profile, sites }: Topology,
  { fail, ui }: Pick<DemoOptions, 'fail' | 'ui'>,
): string | undefined {
  const created = sites.find(({ routers }) => [routers.active, routers.standby].some(({ creation }) => creation));
  if (created !== undefined)
    return `the routers of site ${created.name} are created by the deployment, and the demo runs routers that exist. To run created ones: vyos-failover emulate`;
  const [here, there] = sites;
  if (here === undefined || there === undefined)
    return 'the demo needs two sites and the topology has one. To run it without the demo: vyos-failover emulate';
  const unled = [
    [here, there],
    [there, here],
  ].find(([from, to]) => from !== undefined && to !== undefined && wayOut(from, to) === undefined);
  if (unled !== undefined) {
    const [from, to] = unled.map((site) => site?.name);
    return (
      `the demo pings between ${here.name} and ${there.name}, and no route table of ${from} has a managed route to a front ` +
      `subnet of ${to}. List two sites with routes to each other first.`
    );
  }
  if (fail === 'router' && !ui && here.policy.mode !== 'automatic')
    return `site ${here.name} has mode: ${here.policy.mode}, in which no failure moves a route. Use a copy with mode: automatic, or --ui.`;
  if (fail === 'uplink' || here.policy.prefer === 'availability' || profile === 'fast') return undefined;
  return (
    `site ${here.name} has prefer: safety, which requires a second witness, and profile ${profile} has no BFD, from which routers of ` +
    'other sites send witness reports. Missing heartbeats and the EC2 status check take a minute or more, which the ' +
    'demo does not wait for. Use profile: fast, prefer: availability, or --fail uplink.'
  );
}
