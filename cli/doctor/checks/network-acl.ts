import type { AclRule } from '#aws/network-acls.ts';
import { isWithin } from '#topology/networks.ts';
import type { IngressRule } from '#vyos/security-groups.ts';
import { withProtocol } from '../../views/security-groups-view.ts';
import type { Check } from '../check.ts';
import { onEachInterface } from '../on-each-interface.ts';
import { protocolNumber } from '../protocol-number.ts';

/**
 * Network ACLs keep no state: what tunnels and the pair need must pass in both directions. They do not filter within a subnet:
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html. Traffic of the VPC that a router forwards is not examined.
 */
export const networkAcl: Check = {
  id: 'network-acl',
  severity: 'degraded',
  check: ({ acls, siteRef }) =>
    onEachInterface(acls, siteRef, ({ router, rules }, acl) => {
      const { site } = siteRef;
      const own = router === site.routers.active.name ? site.routers.active.subnet : site.routers.standby.subnet;
      const needed = rules.filter(
        ({ source, protocol }) => protocol !== '-1' && /^[0-9.]+\/32$/.test(source) && !isWithin(source, own),
      );
      return [false, true].flatMap((egress) =>
        needed
          .filter((rule) => !permits(acl.rules, rule, egress))
          .map((rule) => ({
            where: router,
            says: `the network ACL ${acl.id} of its subnet denies ${withProtocol(rule)} ${egress ? 'to' : 'from'} ${rule.source}: ${rule.why}`,
            remedy: `Permit it by a rule with a lower number (aws ec2 create-network-acl-entry --region ${site.region} --network-acl-id ${acl.id} ${egress ? '--egress' : '--ingress'} …).`,
          })),
      );
    }),
};

/** The first rule that matches decides; without one VPC denies. */
function permits(rules: readonly AclRule[], { protocol, port, source }: IngressRule, egress: boolean): boolean {
  const number = protocolNumber(protocol);
  const first = rules.find(
    (rule) =>
      rule.egress === egress &&
      (rule.protocol === '-1' || rule.protocol === number) &&
      isWithin(source, rule.cidr) &&
      (rule.from === undefined || port === undefined || (rule.from <= port && port <= (rule.to ?? rule.from))),
  );
  return first?.allow === true;
}
