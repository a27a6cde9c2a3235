import type { Line } from '../line.ts';
import { isAsNumber } from './named-nodes.ts';

/**
 * The given paths, and the names that an image upgrade gives them: VyOS migrates the configuration at the first boot
 * (https://github.com/vyos/vyos-1x/tree/current/src/migration-scripts: bgp/0-to-1 and 2-to-3, firewall/5-to-6, ipsec/5-to-6,
 * 9-to-10 to 13-to-14, vrrp/2-to-3). Paths that this project has set stay managed under their new names.
 */
export function withUpgrades(paths: readonly Line[]): Line[] {
  return paths.flatMap((path) => [path, ...upgraded(path)]);
}

function upgraded(path: Line): Line[] {
  const [root, kind] = path;
  if (root === 'vpn' && kind === 'ipsec') return upgradedIpsec(path);
  if (root === 'protocols' && kind === 'bgp') return upgradedBgp(path);
  const [, , , name = '', leaf = '', ...rest] = path;
  if (root === 'firewall' && kind === 'options') {
    return [['interfaces', name.startsWith('vti') ? 'vti' : 'tunnel', name, 'ip', leaf, ...rest]];
  }
  if (root === 'high-availability' && leaf === 'virtual-address') return [[...path.slice(0, 4), 'address', ...rest]];
  return [];
}

/** Before 1.4 the AS number is part of every BGP path. */
function upgradedBgp([, , asn = '', ...rest]: Line): Line[] {
  if (!isAsNumber(asn)) return [];
  return [
    ['protocols', 'bgp', 'system-as', asn],
    ['protocols', 'bgp', ...rest],
  ];
}

function upgradedIpsec(path: Line): Line[] {
  const [, , kind, tag = '', name = '', ...rest] = path;
  if (kind === 'ipsec-interfaces') return [['vpn', 'ipsec', 'interface', name, ...rest]];
  if (kind === 'ike-group') return upgradedIke(path);
  if (kind !== 'site-to-site' || tag !== 'peer') return [];
  return /^[\d.]+$/.test(name) ? renamedPeer(name, rest) : calledTrap(path);
}

function upgradedIke([, , , group = '', leaf, value]: Line): Line[] {
  const root = ['vpn', 'ipsec', 'ike-group', group];
  if (leaf === 'mobike' && value === 'disable') return [[...root, 'disable-mobike']];
  return leaf === 'close-action' && value === 'restart' ? [[...root, leaf, 'start']] : [];
}

/** The name that an upgrade from 1.3 gives to a peer and its key. Before, a peer is named by its address. */
export function upgradedPeerName(address: string): string {
  return `peer_${address.replaceAll('.', '-')}`;
}

function renamedPeer(address: string, rest: Line): Line[] {
  const name = upgradedPeerName(address);
  const [peer, key] = [
    ['vpn', 'ipsec', 'site-to-site', 'peer', name],
    ['vpn', 'ipsec', 'authentication', 'psk', name],
  ];
  const [node, leaf, ...value] = rest;
  const always = [
    [...peer, 'remote-address', address],
    [...key, 'id', address],
  ];
  if (node === 'authentication' && leaf === 'pre-shared-secret') return [...always, [...key, 'secret', ...value]];
  if (node === 'authentication' && leaf === 'id')
    return [
      [...peer, node, 'local-id', ...value],
      [...key, 'id', ...value],
    ];
  const path = [...peer, ...rest];
  const isIdOfKey = (node === 'authentication' && leaf === 'remote-id') || node === 'local-address';
  return [...always, path, ...calledTrap(path), ...(isIdOfKey ? [[...key, 'id', rest.at(-1) ?? '']] : [])];
}

function calledTrap(path: Line): Line[] {
  return path.at(-2) === 'connection-type' && path.at(-1) === 'respond' ? [[...path.slice(0, -1), 'trap']] : [];
}
