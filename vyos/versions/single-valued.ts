/**
 * The leaves of the generated configuration that hold one value in every version: `set` replaces it. Of all others (addresses,
 * ids, networks, tags) the old value must be deleted as well. A leaf that is missing here costs one `delete` too many.
 */
import type { Line } from '../line.ts';
import { greNodes } from './syntax.ts';

const names: ReadonlySet<string> = new Set(
  [
    'host-name description mtu encapsulation adjust-mss',
    'key-exchange lifetime encryption hash dh-group pfs mode interval timeout close-action mobike attempts base',
    'local-id remote-id connection-type default-esp-group ike-group local-address bind esp-group',
    'action metric prefix-list route-map distance',
    'system-as router-id keepalive holdtime connect remote-as update-source maximum-prefix import export',
    'profile transmit receive multiplier',
    'vrid priority hello-source-address backup master',
    ...greNodes,
  ].flatMap((words) => words.split(' ')),
);

/** The path up to the leaf, for a generated path that ends in the value of a single-valued leaf; undefined for any other. */
export function singleValuedLeaf(path: Line): Line | undefined {
  const leaf = path.at(-2);
  if (leaf === undefined) return undefined;
  // Leaves of these names hold several values elsewhere (IPsec selectors, and the ids of a key on 1.4).
  const here =
    (leaf === 'prefix' && path[0] === 'policy') ||
    (leaf === 'id' && path[2] === 'site-to-site') ||
    (leaf === 'interface' && path[1] === 'vrrp');
  return names.has(leaf) || here ? path.slice(0, -1) : undefined;
}
