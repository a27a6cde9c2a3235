import { parseSetCommand } from '#vyos/quote.ts';
import { startIpsec, writeIpsecFiles } from '../ipsec.ts';
import { addTunnels } from '../network.ts';
import type { RouterPlan } from '../plan.ts';
import { runIn, waitUntil } from '../run.ts';
import type { PresharedKeys } from '../swanctl-conf.ts';

/** The nodes that the lab's links and strongSwan are made from. */
const AREAS = ['interfaces loopback', 'interfaces tunnel', 'vpn'];

const LINKS_WITHIN_MS = 5_000;

/** True for a router that runs the configuration of its image, which has no tunnels. */
export function isUnconfigured(running: readonly string[]): boolean {
  return inAreas(running).length === 0;
}

/**
 * The first commit of a created router: its loopback address, its tunnels, and strongSwan with the keys of the configuration.
 *
 * @throws RangeError if links or IPsec differ from those of the topology, which are all that the lab can set up
 */
export async function configureFirst(router: RouterPlan, commands: readonly string[]): Promise<void> {
  const wanted = inAreas(router.commands);
  const committed = inAreas(commands);
  const strange = [
    ...wanted.filter((line) => !committed.includes(line)).map((line) => `missing: ${line}`),
    ...committed.filter((line) => !wanted.includes(line)).map((line) => `not of the topology: ${line}`),
  ];
  if (strange.length > 0)
    throw new RangeError(`the lab can set up only the links and the IPsec of the topology:\n${strange.join('\n')}`);
  await addTunnels(router);
  writeIpsecFiles(router, keysIn(router, commands));
  await startIpsec(router);
  await waitUntil(() => linksAreUp(router), { withinMs: LINKS_WITHIN_MS });
}

/** On VyOS a GRE interface is up as soon as it is configured, before FRR gets its neighbors; here its program attaches to it. */
async function linksAreUp({ namespace, links }: RouterPlan): Promise<boolean> {
  const shown = await runIn(namespace, 'ip', ['-j', 'link', 'show']);
  const up = (JSON.parse(shown) as { ifname: string; flags: string[] }[]).filter(({ flags }) =>
    flags.includes('LOWER_UP'),
  );
  return links.every((link) => up.some(({ ifname }) => ifname === link.interface));
}

/** By name of the parameter. */
function keysIn({ model }: RouterPlan, commands: readonly string[]): PresharedKeys {
  const paths = commands.map((command) => parseSetCommand(command, 0) ?? []);
  const secrets = new Map(
    paths.flatMap((path) => (path[5] === 'secret' ? [[path[4] ?? '', path[6] ?? ''] as const] : [])),
  );
  return Object.fromEntries(model.ipsec.peers.map(({ name, psk }) => [psk, secrets.get(name) ?? '']));
}

/** Without keys. */
function inAreas(commands: readonly string[]): string[] {
  const lines = commands.map((command) => `set ${(parseSetCommand(command, 0) ?? []).join(' ')}`);
  return lines.filter((line) => AREAS.some((area) => line.startsWith(`set ${area} `)) && !line.includes(' secret '));
}
