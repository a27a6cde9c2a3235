import type { Draft, DraftSite } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { countElsewhere } from './networks-elsewhere.ts';

/**
 * A Lambda response holds 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and one about a
 * site has each of its routes twice, as it is deployed and as it stands: some 260 bytes.
 */
const mostManagedRoutes = 20_000;

/** Hard limits of AWS that the topology alone shows to be exceeded. Adjustable quotas are notes of `topology validate`. */
export function checkAwsLimits(draft: Draft): Fault[] {
  return (draft.sites ?? []).flatMap((site) => tooManyRoutes(site, countElsewhere(site, draft)));
}

/** @param byDefault destinations of a table that names none */
function tooManyRoutes(site: DraftSite, byDefault: number): Fault[] {
  const count = (site.tables ?? []).reduce((sum, { destinations }) => sum + (destinations?.length ?? byDefault), 0);
  if (count <= mostManagedRoutes) return [];
  return [
    {
      kind: 'count',
      path: [...site.name.path, 'routeTables'],
      at: 'key',
      fault: `${site.name.value} has ${count} managed routes; a Lambda response (6 MB) holds at most ${mostManagedRoutes}`,
      hint: 'summarize destinations: use a shorter prefix, a prefix list (pl-…), or one route table for several subnets',
    },
  ];
}
