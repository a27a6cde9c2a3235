import { type RouterRules, securityGroups } from '#vyos/security-groups.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import type { Found, Outcome, Read } from './outcome.ts';

/**
 * What a check finds in what EC2 shows of the interface of each router. A router whose interface is not in the answer is unchecked.
 *
 * @param shown by interface
 */
export function onEachInterface<Shown>(
  shown: Read<Readonly<Record<string, Shown>>>,
  { topology, site }: SiteRef,
  find: (needed: RouterRules, shown: Shown) => readonly Found[],
): Outcome {
  if (!shown.ok) return { found: [], unchecked: shown.why };
  const routers = securityGroups(topology, site).map((needed) => ({ needed, its: shown.fact[needed.eni ?? ''] }));
  const unread = routers.filter(({ its }) => its === undefined);
  return {
    found: routers.flatMap(({ needed, its }) => (its === undefined ? [] : find(needed, its))),
    ...(unread.length > 0 && {
      unchecked: unread
        .map(({ needed: { router, eni } }) => `${router}: EC2 does not show ${eni ?? 'its interface'}`)
        .join('; '),
    }),
  };
}
