import type { Topology } from '#topology/topology.ts';
import { configCommand } from './config-commands.ts';
import type { Line } from './line.ts';
import { parseSetCommand } from './quote.ts';
import { renderConfig } from './render.ts';

/** Nodes that need a key or a program of the bundle, which a router does not have at first boot. */
const needsBundle: readonly Line[] = [
  ['vpn', 'ipsec'],
  ['interfaces', 'vti'],
  ['high-availability', 'vrrp'],
];

/**
 * User data for the first boot of a router that its operator creates: its configuration without IPsec and VRRP, whose keys and
 * scripts come later. A router that vyos-failover creates has `userData` of `user-data.ts`.
 *
 * @throws VyosConfigError for a router that is not in the topology
 */
export function cloudInit(topology: Topology, name: string): string {
  const lines = renderConfig(topology, name)
    .lines.flatMap((text, index) => [parseSetCommand(text, index + 1) ?? []])
    .filter((path) => !needsBundle.some((root) => root.every((word, index) => path[index] === word)))
    .map((path) => `  - ${yamlString(configCommand(path))}\n`);
  return [
    '#cloud-config\n',
    `# First boot of ${name}, without IPsec and VRRP: user data must not hold keys, and the programs that VRRP runs are not\n`,
    '# installed yet. Install the bundle, then push the configuration.\n',
    'vyos_config_commands:\n',
    ...lines,
  ].join('');
}

/** No value has a double quote or a backslash in it (`valueFault`). */
function yamlString(text: string): string {
  return JSON.stringify(text);
}
