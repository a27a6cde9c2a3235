import type { Topology } from '#topology/topology.ts';

/** Far ends that one router of a pair has a tunnel to and the other has not: what a failover costs. */
export function farEndNotes({ sites, farEnds, tunnels }: Topology): string[] {
  const joined = (router: string, farEnd: string) =>
    tunnels.some(({ between }) => between.includes(router) && between.includes(farEnd));
  return sites.flatMap(({ routers: { active, standby } }) =>
    farEnds.flatMap(({ name }) => {
      const [one, other] = joined(active.name, name) ? [active.name, standby.name] : [standby.name, active.name];
      if (!joined(one, name) || joined(other, name)) return [];
      return [
        `${name} has a tunnel to ${one} and none to ${other}: when ${one} is down, ${other} does not reach what is behind it, ` +
          `unless another site does. Add - { between: [${other}, ${name}] } to tunnels.`,
      ];
    }),
  );
}
