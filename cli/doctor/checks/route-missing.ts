import { routeName } from '#failover/site.ts';
import { shellWord } from '../../output/shell-word.ts';
import type { Check } from '../check.ts';

/** A swap never creates a route (rule 7). */
export const routeMissing: Check = {
  id: 'route-missing',
  severity: 'down',
  check: ({ observation: { routes, site }, status }) => ({
    found: routes
      .filter(({ state, target }) => state === 'missing' || target === undefined)
      .map((route) => {
        const owner = site.routers.standby.name === status.owner ? site.routers.standby : site.routers.active;
        return {
          where: routeName(route),
          says: 'the managed route is MISSING: its traffic is lost',
          remedy: `Run aws ec2 create-route --region ${site.region} --route-table-id ${route.table} ${destinationOption(route.destination)} --network-interface-id ${owner.eni}`,
        };
      }),
  }),
};

function destinationOption(destination: string): string {
  if (destination.startsWith('pl-')) return `--destination-prefix-list-id ${destination}`;
  const option = destination.includes(':') ? '--destination-ipv6-cidr-block' : '--destination-cidr-block';
  return `${option} ${shellWord(destination)}`;
}
