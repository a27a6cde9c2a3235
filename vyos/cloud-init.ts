import type { Topology } from '#topology/topology.ts';
import type { Line } from './line.ts';
import { parseSetCommand, quote } from './quote.ts';
import { renderConfig } from './render.ts';
import { singleValuedLeaf } from './versions/single-valued.ts';

/** Nodes that need a key or a program of the bundle, which a router does not have at first boot. */
const needsBundle: readonly Line[] = [
  ['vpn', 'ipsec'],
  ['interfaces', 'vti'],
  ['high-availability', 'vrrp'],
];

/**
 * User data for a router's first boot: its configuration without IPsec and VRRP, whose keys and scripts come later.
 *
 * VyOS reads `vyos_config_commands` as text and recognizes a value by its single quotes; an unquoted value becomes a node
 * (https://github.com/vyos/vyos-cloud-init, cc_vyos_userdata.py). It does not validate the commands.
 *
 * @throws VyosConfigError for a router that is not in the topology
 */
export function cloudInit(topology: Topology, name: string): string {
  const lines = renderConfig(topology, name)
    .lines.flatMap((text, index) => [parseSetCommand(text, index + 1) ?? []])
    .filter((path) => !needsBundle.some((root) => root.every((word, index) => path[index] === word)))
    .map((path) => `  - ${yamlString(command(path))}\n`);
  return [
    '#cloud-config\n',
    `# First boot of ${name}, without IPsec and VRRP: user data must not hold keys, and the programs that VRRP runs are not\n`,
    '# installed yet. Install the bundle, then push the configuration.\n',
    'vyos_config_commands:\n',
    ...lines,
  ].join('');
}

function command(path: Line): string {
  const value = endsInValue(path) ? path.at(-1) : undefined;
  const nodes = (value === undefined ? path : path.slice(0, -1)).map(quote).join(' ');
  return value === undefined ? `set ${nodes}` : `set ${nodes} '${value}'`;
}

/** Of the nodes left here, only interface addresses are leaves with several values. */
function endsInValue(path: Line): boolean {
  return singleValuedLeaf(path) !== undefined || (path[0] === 'interfaces' && path.at(-2) === 'address');
}

/** No value has a double quote or a backslash in it (`valueFault`). */
function yamlString(text: string): string {
  return JSON.stringify(text);
}
