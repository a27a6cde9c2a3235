import type { InboundRule } from '#aws/security-groups.ts';
import { isWithin } from '#topology/networks.ts';
import type { IngressRule } from '#vyos/security-groups.ts';
import { protocolNumber } from './protocol-number.ts';

/**
 * Whether rules of security groups let a needed kind of traffic in. A prefix list, and a group whose members are unknown, may let it in:
 * what cannot be read is not missing.
 *
 * @param peers security groups of the other router of the pair
 */
export function letsIn(rules: readonly InboundRule[], needed: IngressRule, peers: readonly string[]): boolean {
  const isFromPair = needed.source.endsWith('/32');
  return rules.some(
    (rule) =>
      hasProtocol(rule, needed) &&
      (rule.hasPrefixLists ||
        rule.cidrs.some((cidr) => isWithin(needed.source, cidr)) ||
        rule.groups.some((group) => !isFromPair || peers.includes(group))),
  );
}

function hasProtocol({ protocol, from, to }: InboundRule, needed: IngressRule): boolean {
  if (protocol === '-1') return true;
  if (protocolNumber(protocol) !== protocolNumber(needed.protocol)) return false;
  return needed.port === undefined || from === undefined || to === undefined || isBetween(needed.port, from, to);
}

function isBetween(port: number, from: number, to: number): boolean {
  return from === -1 || (from <= port && port <= to);
}
