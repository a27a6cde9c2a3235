/** The tunnels that a change interrupts until the far end has the change too. */
import type { Topology } from '#topology/topology.ts';
import { keyOf, type Line } from './line.ts';
import { nodesOnTheWay } from './ownership.ts';
import { parseCommand, parseShownLine } from './quote.ts';
import { resolveRouter } from './resolve.ts';
import type { RouterModel } from './router-model.ts';
import { withoutAsNumber } from './versions/named-nodes.ts';
import { greNodes, peerNodes } from './versions/syntax.ts';
import { upgradedPeerName } from './versions/upgraded.ts';

/** A part of the configuration that both ends of a tunnel must agree on: below `root`, in `nodes` or (undefined) in all. */
interface Agreement {
  readonly root: Line;
  readonly nodes?: ReadonlySet<string>;
}

const IKE_NODES = new Set(['key-exchange', 'proposal']);
const ESP_NODES = new Set(['proposal', 'pfs', 'mode', 'compression']);
/** All but `connection-type`: each end decides by itself when it initiates. */
const PEER_NODES = new Set([
  'authentication',
  'default-esp-group',
  'ike-group',
  'local-address',
  'remote-address',
  'tunnel',
  'vti',
]);
const LINK_NODES = new Set(['address', 'encapsulation', ...greNodes]);
const NEIGHBOR_NODES = new Set(['remote-as', 'update-source', 'password']);

/**
 * The far routers and far ends whose tunnels with this router `commands` interrupt: the tunnel exists, and a value changes
 * that both ends must agree on (addresses, keys, IKE and ESP proposals, AS numbers). The ends can get other values (MTU,
 * lifetimes, filters, timers) one after the other. A new tunnel carries no traffic yet and is left out.
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
  const changed = paths.map(withoutAsNumber);
  const runningNodes = nodesOnTheWay(shown);
  return model.ipsec.peers
    .filter((_, index) => exists(model, index, runningNodes))
    .filter((peer) => {
      const agreements = agreementsOn(model, model.ipsec.peers.indexOf(peer));
      return changed.some((path) => agreements.some((agreement) => touches(path, agreement)));
    })
    .map(({ name }) => name);
}

/**
 * True for a path that the router already has under the name that an upgrade gave to the peer or its key. The value of a
 * key cannot be compared; it counts as unchanged.
 */
function renamedBy({ ipsec }: RouterModel, running: readonly Line[]): (path: Line) => boolean {
  const names = new Map(ipsec.peers.map(({ name, remoteAddress }) => [name, upgradedPeerName(remoteAddress)]));
  const valueless = (path: Line) => keyOf(path.at(-2) === 'secret' ? path.slice(0, -1) : path);
  const existing = new Set(running.map(valueless));
  return (path) => {
    const name = path[0] === 'vpn' ? names.get(path[4] ?? '') : undefined;
    return name !== undefined && existing.has(valueless([...path.slice(0, 4), name, ...path.slice(5)]));
  };
}

/** Under any node that a version gives the peer, or by the interface if the far end has a new address. */
function exists({ ipsec, links }: RouterModel, index: number, running: ReadonlySet<string>): boolean {
  const peer = ipsec.peers[index];
  const link = links[index]?.interface ?? '';
  const roots = [
    ...(peer === undefined ? [] : peerNodes(peer)),
    ['interfaces', 'tunnel', link],
    ['interfaces', 'vti', link],
  ];
  return roots.some((root) => running.has(keyOf(root)));
}

function agreementsOn({ ipsec, links, bgp }: RouterModel, index: number): Agreement[] {
  const peer = ipsec.peers[index];
  const link = links[index]?.interface ?? '';
  return [
    ...(peer === undefined ? [] : peerNodes(peer).map((root) => ({ root, nodes: PEER_NODES }))),
    { root: ['vpn', 'ipsec', 'authentication', 'psk', peer?.name ?? ''] },
    { root: ['vpn', 'ipsec', 'ike-group', peer?.ikeGroup ?? ''], nodes: IKE_NODES },
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
  if (path.length === 0) return false;
  for (let index = 0; index < common; index += 1) if (path[index] !== root[index]) return false;
  return nodes === undefined || path.length <= root.length || nodes.has(path[root.length] ?? '');
}
