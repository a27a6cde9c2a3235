/** Which parts of a router's configuration are ours. Everything else is never read, shown or touched. */
import { keyOf, type Line } from './line.ts';
import { fastNames, originalNames } from './policy-names.ts';

/** Ours as a whole: what is in them and not in the topology is somebody's change, or something of ours grown old. */
const exclusive: readonly Line[] = [
  ['vpn', 'ipsec'],
  ['interfaces', 'tunnel'],
  ['interfaces', 'vti'],
  ['protocols', 'bgp'],
  ['protocols', 'bfd'],
  ...policyRoots('prefix-list', [originalNames.connectPrefixes, originalNames.staticPrefixes]),
  ...policyRoots('prefix-list', [fastNames.ownFronts, fastNames.remoteFronts]),
  ...policyRoots('route-map', [originalNames.connectMap, originalNames.staticMap]),
  ...policyRoots('route-map', [fastNames.staticMap, fastNames.connectMap, fastNames.ebgpIn, fastNames.ebgpOut]),
  ...policyRoots('route-map', [fastNames.ibgpIn, fastNames.ibgpOut]),
];

/** Ours one by one (`*` is any word): a static route that we set is ours with all that is in it, the next one is not. */
const single: readonly Line[] = [
  ['system', 'host-name'],
  ['interfaces', 'loopback', 'lo', 'address', '*'],
  ['protocols', 'static', 'route', '*'],
  ['firewall', 'options', 'interface', '*'],
  ['high-availability', 'vrrp', 'group', '*'],
];

function policyRoots(kind: string, names: readonly string[]): Line[] {
  return names.map((name) => ['policy', kind, name]);
}

/**
 * A function that gives the root of the part of ours that a path lies in; undefined outside of them.
 *
 * @param ours paths that we set, now or the last time
 */
export function ownership(ours: readonly Line[]): (path: Line) => Line | undefined {
  const units = new Set(ours.map((path) => keyOf(rootIn(path, single) ?? [])));
  return (path) => {
    const unit = rootIn(path, single);
    return unit !== undefined && units.has(keyOf(unit)) ? unit : rootIn(path, exclusive);
  };
}

function rootIn(path: Line, patterns: readonly Line[]): Line | undefined {
  const pattern = patterns.find(
    (words) => words.length <= path.length && words.every((word, index) => word === '*' || word === path[index]),
  );
  return pattern === undefined ? undefined : path.slice(0, pattern.length);
}
