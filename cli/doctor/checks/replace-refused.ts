import type { Rehearsal } from '#contracts/rehearsal.ts';
import { routeName } from '#failover/site.ts';
import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

/** By a dry run of ReplaceRoute, some routes a minute, and by the refusals that the probe has stored. */
export const replaceRefused: Check = {
  id: 'replace-refused',
  severity: 'degraded',
  check({ rehearsal }) {
    if (rehearsal.ok && rehearsal.fact.refused === undefined)
      return { found: [], unchecked: `EC2 was not asked: ${rehearsal.fact.problems.join('; ')}` };
    const unchecked = rehearsal.ok ? unknownText(rehearsal.fact) : undefined;
    const outcome = whenRead(rehearsal, ({ refused = [] }) =>
      refused.map((route) => ({
        where: routeName(route),
        says: `EC2 would refuse to replace the route: ${route.why}`,
        remedy: route.why.startsWith('UnauthorizedOperation')
          ? 'Redeploy the site, which restores the permission ec2:ReplaceRoute of route-swap, and look for a service control policy that denies it.'
          : 'Correct the route in the topology or in the table; docs/aws-limits.md lists what EC2 refuses.',
      })),
    );
    return unchecked === undefined ? outcome : { ...outcome, unchecked };
  },
};

function unknownText({ unknown = [] }: Rehearsal): string | undefined {
  const [first] = unknown;
  if (first === undefined) return undefined;
  const others = unknown.length === 1 ? '' : `, and ${unknown.length - 1} more`;
  return `EC2 did not say whether ${routeName(first)} may be replaced (${first.why})${others}`;
}
