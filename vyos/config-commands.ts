import type { Line } from './line.ts';
import { quote } from './quote.ts';
import { singleValuedLeaf } from './versions/single-valued.ts';

/**
 * A path as a command of `vyos_config_commands`.
 *
 * VyOS reads them as text and recognizes a value by its single quotes; an unquoted value becomes a node
 * (https://github.com/vyos/vyos-cloud-init, cc_vyos_userdata.py). It does not validate the commands.
 */
export function configCommand(path: Line): string {
  const value = endsInValue(path) ? path.at(-1) : undefined;
  const nodes = (value === undefined ? path : path.slice(0, -1)).map(quote).join(' ');
  return value === undefined ? `set ${nodes}` : `set ${nodes} '${value}'`;
}

/** Leaves of user data that the product's list of single-valued leaves does not have. */
const OTHER_LEAVES = ['interfaces address', 'system name-server', 'system encrypted-password'];

function endsInValue(path: Line): boolean {
  return singleValuedLeaf(path) !== undefined || OTHER_LEAVES.includes(`${path[0]} ${path.at(-2)}`);
}
