import type { Section } from './config-section.ts';
import { lineIfSet, lineWith } from './frr-line.ts';

const FAMILY = ['address-family', 'ipv4-unicast'] as const;

/**
 * BGP, as bgpd.frr.j2 writes it. Three lines are VyOS's own, whatever is set: without them FRR would announce nothing to
 * other sites for want of a policy it knows, and take no prefix into BGP that is not in its table.
 */
export function routerBgp(bgp: Section | undefined): string[] {
  const asn = bgp?.value('system-as');
  // Before 1.4 the AS number is part of every path, and nothing of it is read.
  if (bgp === undefined || asn === undefined) return [];
  return [
    `router bgp ${asn}`,
    ' no bgp ebgp-requires-policy',
    ' no bgp default ipv4-unicast',
    ' no bgp network import-check',
    ...originated(bgp.section(...FAMILY)),
    ...bgp.each('neighbor').flatMap(([address, neighbor]) => session(address, neighbor)),
    ...(bgp.has('parameters', 'log-neighbor-changes') ? [' bgp log-neighbor-changes'] : []),
    ...lineIfSet(' bgp router-id', bgp.value('parameters', 'router-id')),
    ...timers(' timers bgp', bgp),
    'exit',
  ];
}

function originated(family: Section | undefined): string[] {
  if (family === undefined) return [];
  return [
    ' address-family ipv4 unicast',
    ...family.each('redistribute').map(([protocol, how]) => mapped(`  redistribute ${protocol}`, how)),
    ...family.each('network').map(([prefix, how]) => mapped(`  network ${prefix}`, how)),
    ' exit-address-family',
  ];
}

function mapped(words: string, how: Section): string {
  const map = how.value('route-map');
  return lineWith(words, map && `route-map ${map}`);
}

function session(address: string, neighbor: Section): string[] {
  const start = ` neighbor ${address}`;
  const profile = neighbor.value('bfd', 'profile');
  return [
    `${start} remote-as ${neighbor.must('remote-as')}`,
    ...(profile === undefined ? [] : [`${start} bfd`, `${start} bfd profile ${profile}`]),
    ...lineIfSet(`${start} description`, neighbor.value('description')),
    ...lineIfSet(`${start} timers connect`, neighbor.value('timers', 'connect')),
    ...timers(`${start} timers`, neighbor),
    ...lineIfSet(`${start} update-source`, neighbor.value('update-source')),
    ...exchange(address, neighbor.section(...FAMILY)),
  ];
}

/** VyOS silently ignores one without the other. */
function timers(words: string, of: Section): string[] {
  const [keepalive, holdtime] = [of.value('timers', 'keepalive'), of.value('timers', 'holdtime')];
  return keepalive === undefined || holdtime === undefined ? [] : [`${words} ${keepalive} ${holdtime}`];
}

/** A neighbor without an address family carries no routes. */
function exchange(address: string, family: Section | undefined): string[] {
  if (family === undefined) return [];
  const start = `  neighbor ${address}`;
  return [
    ' address-family ipv4 unicast',
    ...lineIfSet(`${start} maximum-prefix`, family.value('maximum-prefix')),
    ...(family.has('nexthop-self') ? [`${start} next-hop-self`] : []),
    ...lineIfSet(`${start} route-map`, family.value('route-map', 'export'), ' out'),
    ...lineIfSet(`${start} route-map`, family.value('route-map', 'import'), ' in'),
    ...(family.has('soft-reconfiguration', 'inbound') ? [`${start} soft-reconfiguration inbound`] : []),
    `${start} activate`,
    ' exit-address-family',
  ];
}
