import type { Draft, DraftSite } from '../draft.ts';

/** The number of front subnets of other sites and of networks of far ends: the default destinations of each of a site's tables. */
export function countElsewhere({ name }: DraftSite, { sites = [], farEnds }: Draft): number {
  const others = sites.filter((site) => site.name.value !== name.value);
  return [...others.map(({ frontSubnets }) => frontSubnets), ...farEnds.map(({ networks }) => networks)].flat().length;
}
