/**
 * Which parts of a router's configuration this project manages: the nodes that it has set, by name. Everything else is
 * foreign, also below the same parent node: it is listed as left alone and never changed.
 */
import { keyOf, keyOfParent, type Line } from './line.ts';
import { namedNodeOf } from './versions/named-nodes.ts';
import { singleValuedLeaf } from './versions/single-valued.ts';
import { withUpgrades } from './versions/upgraded.ts';

/**
 * VyOS keeps a node that has become empty, but refuses an empty BGP or IPsec node. So where one of these holds nothing
 * foreign, it is deleted as a whole.
 */
const whole: readonly Line[] = [
  ['vpn', 'ipsec'],
  ['interfaces', 'tunnel'],
  ['interfaces', 'vti'],
  ['protocols', 'bgp'],
  ['protocols', 'bfd'],
];

interface Ownership {
  /** The root of the managed part that a path lies in; undefined: the path is foreign. */
  readonly rootOf: (path: Line) => Line | undefined;
  /** The router's foreign nodes, each once, in its order. */
  readonly leftAlone: readonly Line[];
}

/**
 * @param set paths that this push sets, or the last one has set
 * @param running paths that the router has
 */
export function ownership(set: readonly Line[], running: readonly Line[]): Ownership {
  const managed = withUpgrades(distinct(set));
  const units = new Set(managed.map((path) => keyOf(unitOf(path))));
  const onTheWay = nodesOnTheWay(managed);
  // The path of a line that is set is on the way, and nearly all lines are.
  const isManaged = (path: Line) => onTheWay.has(keyOf(path)) || units.has(keyOf(unitOf(path)));
  const foreign = running.filter((path) => !isManaged(path));
  let foreignNodes: ReadonlySet<string> | undefined;
  return {
    rootOf: (path) => {
      if (!isManaged(path)) return undefined;
      foreignNodes ??= nodesOnTheWay(foreign);
      return highest(path, foreignNodes);
    },
    leftAlone: distinct(foreign.map(unitOf)),
  };
}

/** Most of what a push sets is what the last one has set. */
function distinct(paths: readonly Line[]): Line[] {
  return [...new Map(paths.map((path) => [keyOf(path), path])).values()];
}

/** What is owned or left alone as a whole: a named node, else a leaf. */
function unitOf(path: Line): Line {
  return namedNodeOf(path) ?? singleValuedLeaf(path) ?? path;
}

/** The highest node around a managed path that holds nothing foreign. */
function highest(path: Line, foreign: ReadonlySet<string>): Line {
  const top = whole.find((words) => words.every((word, index) => word === path[index]));
  const unit = unitOf(path);
  if (top === undefined) return unit;
  const nodes = unit.map((_, index) => path.slice(0, index + 1)).slice(top.length - 1);
  return nodes.find((node) => !foreign.has(keyOf(node))) ?? unit;
}

/** Every node on the way to the paths, including the paths themselves, as keys. */
export function nodesOnTheWay(paths: readonly Line[]): Set<string> {
  const found = new Set<string>();
  for (const path of paths) {
    // From the path upwards: above a node that is known, all are.
    for (let node = keyOf(path); node !== '' && !found.has(node); node = keyOfParent(node)) found.add(node);
  }
  return found;
}
