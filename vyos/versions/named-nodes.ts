/** Configuration nodes that have a name, as any VyOS version writes them: a diff treats each as one unit. */
import type { Line } from '../line.ts';

/** `*` is any word, `#` an AS number: before 1.4 it is part of every BGP path. */
const patterns: readonly Line[] = [
  'vpn ipsec authentication psk *',
  'vpn ipsec site-to-site peer *',
  'vpn ipsec ike-group *',
  'vpn ipsec esp-group *',
  'interfaces tunnel *',
  'interfaces vti *',
  'interfaces loopback lo address *',
  'protocols bgp neighbor *',
  'protocols bgp # neighbor *',
  'protocols bgp address-family * network *',
  'protocols bgp # address-family * network *',
  'protocols bgp # network *',
  'protocols bfd profile *',
  'protocols bfd peer *',
  'protocols static route *',
  'policy prefix-list *',
  'policy route-map *',
  'firewall options interface *',
  'high-availability vrrp group *',
].map((words) => words.split(' '));

/** The patterns by their first two words, which hold no `*`. */
const byRoot = new Map<string, Line[]>();
for (const words of patterns) {
  const root = rootOf(words);
  byRoot.set(root, [...(byRoot.get(root) ?? []), words]);
}

function rootOf([first = '', second = '']: Line): string {
  return `${first} ${second}`;
}

/** The named node that a path lies in, for example `protocols bgp neighbor 169.254.10.2`; undefined: in none. */
export function namedNodeOf(path: Line): Line | undefined {
  const pattern = byRoot
    .get(rootOf(path))
    ?.find((words) => words.length <= path.length && words.every((word, index) => matches(word, path[index] ?? '')));
  return pattern && path.slice(0, pattern.length);
}

function matches(pattern: string, word: string): boolean {
  return pattern === '*' || pattern === word || (pattern === '#' && isAsNumber(word));
}

/** Before 1.4 the AS number is part of every BGP path: the path without it. */
export function withoutAsNumber(path: Line): Line {
  const [protocols = '', bgp = '', asn = '', ...rest] = path;
  return protocols === 'protocols' && bgp === 'bgp' && isAsNumber(asn) ? [protocols, bgp, ...rest] : path;
}

export function isAsNumber(word: string): boolean {
  return /^\d+$/.test(word);
}
