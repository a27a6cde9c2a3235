/**
 * Which parts of a router's configuration are ours: the nodes that we set, by name. Everything else, beside them and below
 * the same node, is somebody else's: shown as left alone, and never touched.
 */
import { keyOf, type Line } from './line.ts';
import { singleValuedLeaf } from './single-valued.ts';
import { withUpgrades } from './upgraded.ts';

/** Nodes with names; ours with all that is in them where we set anything in them. `*` is any word, `#` an AS number. */
const named: readonly Line[] = [
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

/**
 * VyOS keeps a node that has become empty, and takes no empty BGP or IPsec: so where nothing in one of these is somebody
 * else's, it comes and goes as a whole.
 */
const whole: readonly Line[] = [
  ['vpn', 'ipsec'],
  ['interfaces', 'tunnel'],
  ['interfaces', 'vti'],
  ['protocols', 'bgp'],
  ['protocols', 'bfd'],
];

export interface Ownership {
  /** The root of the part of ours that a path lies in; undefined: it is not ours. */
  readonly rootOf: (path: Line) => Line | undefined;
  /** The nodes of a router that are not ours, each once, in its order. */
  readonly leftAlone: readonly Line[];
}

/**
 * @param set paths that we set, now or the last time
 * @param running paths that the router has
 */
export function ownership(set: readonly Line[], running: readonly Line[]): Ownership {
  const ours = withUpgrades(set);
  const units = new Set(ours.map((path) => keyOf(unitOf(path))));
  const onTheWay = nodesOnTheWay(ours);
  const isOurs = (path: Line) => units.has(keyOf(unitOf(path))) || onTheWay.has(keyOf(path));
  const others = running.filter((path) => !isOurs(path));
  const otherNodes = nodesOnTheWay(others);
  return {
    rootOf: (path) => (isOurs(path) ? highest(path, otherNodes) : undefined),
    leftAlone: [...new Map(others.map((path) => [keyOf(unitOf(path)), unitOf(path)])).values()],
  };
}

/** What belongs together: a node with a name, else a leaf. */
function unitOf(path: Line): Line {
  const pattern = named.find(
    (words) => words.length <= path.length && words.every((word, index) => matches(word, path[index] ?? '')),
  );
  return pattern === undefined ? (singleValuedLeaf(path) ?? path) : path.slice(0, pattern.length);
}

function matches(pattern: string, word: string): boolean {
  return pattern === '*' || pattern === word || (pattern === '#' && /^\d+$/.test(word));
}

/** The highest node around a path of ours in which nothing is somebody else's. */
function highest(path: Line, others: ReadonlySet<string>): Line {
  const top = whole.find((words) => words.every((word, index) => word === path[index]));
  const unit = unitOf(path);
  if (top === undefined) return unit;
  const nodes = unit.map((_, index) => path.slice(0, index + 1)).slice(top.length - 1);
  return nodes.find((node) => !others.has(keyOf(node))) ?? unit;
}

/** Every node on the way to the paths, they themselves included, as keys. */
export function nodesOnTheWay(paths: readonly Line[]): Set<string> {
  const found = new Set<string>();
  for (const path of paths) {
    let way = '';
    for (const [index, word] of path.entries()) {
      way = index === 0 ? word : `${way}\0${word}`;
      found.add(way);
    }
  }
  return found;
}
