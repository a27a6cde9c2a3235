import { type IngressRule, type RouterRules, securityGroups } from '#vyos/security-groups.ts';
import type { NextCommand } from '../../output/next-command.ts';
import { withProtocol } from '../../views/security-groups-view.ts';
import type { Check } from '../check.ts';
import { letsIn } from '../lets-in.ts';
import { type Found, whenRead } from '../outcome.ts';

/** Inbound only. Network ACLs and outbound rules are not examined. */
export const securityGroup: Check = {
  id: 'security-group',
  severity: 'degraded',
  check: ({ rules, next, siteRef: { topology, site } }) =>
    whenRead(rules, (interfaces) =>
      securityGroups(topology, site).flatMap((needed): readonly Found[] => {
        const own = interfaces[needed.eni ?? ''];
        // EC2 gives every interface a group: without one this is no EC2, or the answer has none.
        if (own === undefined || own.groups.length === 0) return [];
        const peers = Object.entries(interfaces).flatMap(([eni, { groups }]) => (eni === needed.eni ? [] : groups));
        const missing = needed.rules.filter((rule) => isKnown(rule) && !letsIn(own.inbound, rule, peers));
        return missing.map((rule) => closed(needed, rule, own.groups, next));
      }),
    ),
};

/** The address of a router that is not created yet is unknown. */
function isKnown({ source }: IngressRule): boolean {
  return /^[0-9.]+\/[0-9]+$/.test(source);
}

function closed({ router, site }: RouterRules, rule: IngressRule, groups: readonly string[], next: NextCommand): Found {
  return {
    where: router,
    says: `no security group of its interface (${groups.join(', ')}) lets in ${withProtocol(rule)} from ${rule.source}: ${rule.why}`,
    remedy: `Add the rule: ${next('topology', 'security-groups', '--site', site)} prints the command.`,
  };
}
