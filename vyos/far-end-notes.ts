import type { Topology } from '#topology/topology.ts';

/** Far ends to which only one router of a pair has a tunnel: after a failover they are unreachable. */
export function farEndNotes({ sites, farEnds, tunnels }: Topology): string[] {
  const joined = (router: string, farEnd: string) =>
    tunnels.some(({ between }) => between.includes(router) && between.includes(farEnd));
  return sites.flatMap(({ routers: { active, standby } }) =>
    farEnds.flatMap(({ name }) => {
      const [one, other] = joined(active.name, name) ? [active.name, standby.name] : [standby.name, active.name];
      if (!joined(one, name) || joined(other, name)) return [];
      return [
        `Far end ${name} has a tunnel to ${one} but not to ${other}: while ${one} is down, its networks are unreachable, ` +
          `unless another site reaches them. Add - { between: [${other}, ${name}] } to tunnels.`,
      ];
    }),
  );
}
