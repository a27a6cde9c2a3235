/** Which tunnels a change breaks until the far end has it too. */
import type { Topology } from '#topology/topology.ts';
import { keyOf, type Line } from './line.ts';
import { parseCommand, parseShownLine } from './quote.ts';
import { resolveRouter } from './resolve.ts';
import type { RouterModel } from './router-model.ts';
import { upgradedPeerName } from './upgraded.ts';

/** What both ends must agree on lies below `root`: in these nodes, or (undefined) in all. */
interface Agreement {
  readonly root: Line;
  readonly nodes?: ReadonlySet<string>;
}

const IKE_NODES = new Set(['key-exchange', 'proposal']);
const ESP_NODES = new Set(['proposal', 'pfs', 'mode', 'compression']);
/** Not when each end calls. */
const PEER_NODES = new Set([
  'authentication',
  'default-esp-group',
  'ike-group',
  'local-address',
  'remote-address',
  'tunnel',
  'vti',
]);
const LINK_NODES = new Set(['address', 'source-address', 'remote', 'local-ip', 'remote-ip', 'encapsulation']);
const NEIGHBOR_NODES = new Set(['remote-as', 'update-source', 'password']);

/**
 * The far routers (of sites, and far ends) of the tunnels that a router already has and that `commands` change in what both ends must agree on:
 * addresses, keys, IKE and ESP proposals, AS numbers. Each end can have the rest (MTU, lifetimes, filters, timers) before
 * the other; a tunnel that is only being made has nothing to lose.
 *
 * @param running `set` lines that the router has
 * @param commands `delete` and `set` commands that bring it to the topology
 */
export function changedTunnels(
  topology: Topology,
  router: string,
  running: readonly string[],
  commands: readonly string[],
): string[] {
  if (commands.length === 0) return [];
  const model = resolveRouter(topology, router);
  const shown = running.map((line) => parseShownLine(line) ?? []);
  const isOnlyRenamed = renamedBy(model, shown);
  const paths = commands.map((command) => parseCommand(command)?.slice(1) ?? []).filter((path) => !isOnlyRenamed(path));
  const there = new Set(
    shown.flatMap((words) => {
      // No longer than what is looked for.
      return words.slice(0, 5).map((_, count) => keyOf(words.slice(0, count + 1)));
    }),
  );
  return model.ipsec.peers
    .filter((_, index) => isThere(model, index, there))
    .filter((peer) => {
      const agreements = agreementsOn(model, model.ipsec.peers.indexOf(peer));
      return paths.some((path) => agreements.some((agreement) => touches(withoutAsn(path), agreement)));
    })
    .map(({ name }) => name);
}

/** Is a path there already, under the name that an upgrade has given to the peer or its key? A key is taken for the same one. */
function renamedBy({ ipsec }: RouterModel, running: readonly Line[]): (path: Line) => boolean {
  const names = new Map(ipsec.peers.map(({ name, remoteAddress }) => [name, upgradedPeerName(remoteAddress)]));
  const valueless = (path: Line) => keyOf(path.at(-2) === 'secret' ? path.slice(0, -1) : path);
  const there = new Set(running.map(valueless));
  return (path) => {
    const name = path[0] === 'vpn' ? names.get(path[4] ?? '') : undefined;
    return name !== undefined && there.has(valueless([...path.slice(0, 4), name, ...path.slice(5)]));
  };
}

/** By the far router's name, by its address (before 1.4), or by the interface, where the far end got another address. */
function isThere({ ipsec, links }: RouterModel, index: number, there: ReadonlySet<string>): boolean {
  const peer = ipsec.peers[index];
  const link = links[index]?.interface ?? '';
  const roots = [
    ['vpn', 'ipsec', 'site-to-site', 'peer', peer?.name ?? ''],
    ['vpn', 'ipsec', 'site-to-site', 'peer', peer?.remoteAddress ?? ''],
    ['interfaces', 'tunnel', link],
    ['interfaces', 'vti', link],
  ];
  return roots.some((root) => there.has(keyOf(root)));
}

function agreementsOn({ ipsec, links, bgp }: RouterModel, index: number): Agreement[] {
  const { name = '', remoteAddress = '', ikeGroup = '' } = ipsec.peers[index] ?? {};
  const link = links[index]?.interface ?? '';
  return [
    { root: ['vpn', 'ipsec', 'site-to-site', 'peer', name], nodes: PEER_NODES },
    { root: ['vpn', 'ipsec', 'site-to-site', 'peer', remoteAddress], nodes: PEER_NODES },
    { root: ['vpn', 'ipsec', 'authentication', 'psk', name] },
    { root: ['vpn', 'ipsec', 'ike-group', ikeGroup], nodes: IKE_NODES },
    { root: ['vpn', 'ipsec', 'esp-group', ipsec.espGroup.name], nodes: ESP_NODES },
    { root: ['interfaces', 'tunnel', link], nodes: LINK_NODES },
    { root: ['interfaces', 'vti', link], nodes: LINK_NODES },
    { root: ['protocols', 'bgp', 'neighbor', bgp.neighbors[index]?.address ?? ''], nodes: NEIGHBOR_NODES },
    { root: ['protocols', 'bgp', 'system-as'] },
  ];
}

/** A path above the root deletes all of it. */
function touches(path: Line, { root, nodes }: Agreement): boolean {
  const common = Math.min(path.length, root.length);
  if (path.length === 0 || keyOf(path.slice(0, common)) !== keyOf(root.slice(0, common))) return false;
  return nodes === undefined || path.length <= root.length || nodes.has(path[root.length] ?? '');
}

/** Before 1.4 the AS number is part of every BGP path. */
function withoutAsn(path: Line): Line {
  const [protocols = '', bgp = '', asn = '', ...rest] = path;
  return protocols === 'protocols' && bgp === 'bgp' && /^\d+$/.test(asn) ? [protocols, bgp, ...rest] : path;
}
