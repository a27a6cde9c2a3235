/**
 * Leaves of ours that hold one value: setting them replaces it. All others (addresses, ids, networks, tags) must have
 * the old value deleted as well. A leaf that is missing here only costs a `delete` more than needed.
 */
import type { Line } from './line.ts';

const names: ReadonlySet<string> = new Set(
  [
    'host-name description mtu encapsulation adjust-mss source-address remote local-ip remote-ip',
    'key-exchange lifetime encryption hash dh-group pfs mode interval timeout close-action mobike attempts base',
    'local-id remote-id connection-type default-esp-group ike-group local-address bind esp-group',
    'action metric prefix-list route-map distance',
    'system-as router-id keepalive holdtime connect remote-as update-source maximum-prefix import export',
    'profile transmit receive multiplier',
    'vrid priority hello-source-address backup master',
  ].flatMap((words) => words.split(' ')),
);

/** The path up to the leaf, for a path of ours that ends in a leaf's one value; undefined for any other. */
export function singleValuedLeaf(path: Line): Line | undefined {
  const leaf = path.at(-2);
  if (leaf === undefined) return undefined;
  // These have one value here, and many elsewhere (IPsec's selectors and the ids of a key on 1.4).
  const here =
    (leaf === 'prefix' && path[0] === 'policy') ||
    (leaf === 'id' && path[2] === 'site-to-site') ||
    (leaf === 'interface' && path[1] === 'vrrp');
  return names.has(leaf) || here ? path.slice(0, -1) : undefined;
}
