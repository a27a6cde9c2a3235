import type { IngressRule, RouterRules } from '#vyos/security-groups.ts';
import type { NextCommand } from '../../output/next-command.ts';
import { withProtocol } from '../../views/security-groups-view.ts';
import type { Check } from '../check.ts';
import { letsIn } from '../lets-in.ts';
import { onEachInterface } from '../on-each-interface.ts';
import type { Found } from '../outcome.ts';

/** Inbound only; outbound rules are not examined. Network ACLs: `network-acl`. */
export const securityGroup: Check = {
  id: 'security-group',
  severity: 'degraded',
  check: ({ rules, next, siteRef }) =>
    onEachInterface(rules, siteRef, (needed, { groups, inbound }) => {
      // EC2 gives every interface a group: one without is no interface of EC2.
      if (groups.length === 0) return [];
      const others = Object.entries(rules.ok ? rules.fact : {}).filter(([eni]) => eni !== needed.eni);
      const peers = others.flatMap(([, other]) => other.groups);
      const missing = needed.rules.filter((rule) => isKnown(rule) && !letsIn(inbound, rule, peers));
      return missing.map((rule) => closed(needed, rule, groups, next));
    }),
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
