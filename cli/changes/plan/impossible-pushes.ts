import { type PlannedSite, stepsOf, whyImpossible } from '../../push/steps.ts';
import type { Situation } from '../situation.ts';

/**
 * Why the configurations cannot be pushed after the deployment, as sentences: the two routers of a site would have to change together.
 * From the forecast, because the routers are asked only after the deployment.
 */
export function impossiblePushes({ topology, sites }: Situation): string[] {
  const planned = sites.map(({ site, owner, routers }): PlannedSite => {
    const ownersName = routers.find(({ deployedName }) => deployedName === owner)?.name;
    return {
      where: { topology, site },
      plan: {
        outcome: 'planned',
        site: site.name,
        owner: ownersName,
        obstacle: undefined,
        refusal: undefined,
        interrupted: undefined,
        routers: routers.map(({ name, forecast }) => ({
          name,
          vyos: undefined,
          commands: [...(forecast?.commands ?? [])],
          tunnels: [...(forecast?.tunnels ?? [])],
          drift: { added: [], removed: [] },
          leftAlone: [],
          notes: [],
          problem: undefined,
          digest: 'forecast',
          boots: 'same',
          revertsAt: undefined,
          baseline: null,
        })),
      },
    };
  });
  return stepsOf(planned).flatMap((step) => {
    const why = whyImpossible(step);
    return why === undefined
      ? []
      : [
          `The configurations cannot be pushed in one go: ${why}. To keep the tunnels as they are, list them under tunnels: in the file.`,
        ];
  });
}
