import type { EspGroup, IkeGroup, Ipsec, IpsecPeer } from '#vyos/router-model.ts';

/** Pre-shared keys by the name of their SSM parameter: base64, of the lab's own making. */
export type PresharedKeys = Readonly<Record<string, string>>;

/**
 * The tunnels of a router, as strongSwan reads them. Where it is not what VyOS would write: an end that only answers has
 * no trap policy, because the userland IPsec of a lab cannot catch packets that want a tunnel.
 */
export function swanctlConf({ ikeGroups, espGroup, peers }: Ipsec, keys: PresharedKeys): string {
  const connections = peers.map((peer) => connection(peer, ikeGroups, espGroup));
  const secrets = peers.map(({ name, psk, remoteAddress, localId }) =>
    block(`ike-${name}`, [`id-1 = ${localId}`, `id-2 = ${remoteAddress}`, `secret = 0s${keys[psk] ?? ''}`]),
  );
  return `${block('connections', connections)}\n${block('secrets', secrets)}\n`;
}

function connection(peer: IpsecPeer, groups: readonly IkeGroup[], esp: EspGroup): string {
  const ike = groups.find(({ name }) => name === peer.ikeGroup);
  if (ike === undefined || peer.traffic.kind !== 'selectors') {
    throw new RangeError(`the lab cannot set up IPsec for ${peer.name}: it supports GRE between loopbacks only`);
  }
  return block(peer.name, [
    `version = ${ike.keyExchange === 'ikev2' ? 2 : 1}`,
    `local_addrs = ${peer.localAddress}`,
    `remote_addrs = ${peer.remoteAddress}`,
    `proposals = ${ikeProposal(ike)}`,
    `rekey_time = ${ike.lifetime}s`,
    'keyingtries = 0',
    ...(ike.deadPeer === undefined ? [] : [`dpd_delay = ${ike.deadPeer.interval}s`]),
    block('local', ['auth = psk', `id = ${peer.localId}`]),
    block('remote', ['auth = psk', `id = ${peer.remoteAddress}`]),
    block('children', [child(peer.name, peer.traffic, peer.initiates !== 'on-traffic', esp)]),
  ]);
}

function child(
  name: string,
  { local, remote }: { local: string; remote: string },
  initiates: boolean,
  esp: EspGroup,
): string {
  const action = initiates ? 'start' : 'none';
  return block(name, [
    `local_ts = ${local}`,
    `remote_ts = ${remote}`,
    `esp_proposals = ${espProposal(esp)}`,
    `rekey_time = ${esp.lifetime}s`,
    `start_action = ${action}`,
    `close_action = ${action}`,
    `dpd_action = ${initiates ? 'restart' : 'clear'}`,
  ]);
}

/** strongSwan's names of VyOS's algorithms (https://docs.strongswan.org/docs/latest/config/proposals.html). */
const CIPHERS: Readonly<Record<string, string>> = { aes256gcm128: 'aes256gcm16', aes128: 'aes128' };
const GROUPS: Readonly<Record<number, string>> = { 2: 'modp1024', 14: 'modp2048', 19: 'ecp256' };
/** VyOS's default. */
const DEFAULT_GROUP = 2;

function ikeProposal({ proposal: { encryption, hash }, dhGroup = DEFAULT_GROUP }: IkeGroup): string {
  return [cipher(encryption), isGcm(encryption) ? `prf${hash}` : hash, group(dhGroup)].join('-');
}

function espProposal({ proposal: { encryption, hash }, pfsDhGroup = DEFAULT_GROUP }: EspGroup): string {
  return [cipher(encryption), ...(isGcm(encryption) ? [] : [hash]), group(pfsDhGroup)].join('-');
}

function isGcm(encryption: string): boolean {
  return encryption.includes('gcm');
}

function cipher(name: string): string {
  return known(CIPHERS[name], `cipher ${name}`);
}

function group(number: number): string {
  return known(GROUPS[number], `DH group ${number}`);
}

function known(word: string | undefined, what: string): string {
  if (word === undefined) throw new RangeError(`the lab does not know strongSwan's name for ${what}`);
  return word;
}

function block(name: string, lines: readonly string[]): string {
  const inner = lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`);
  return [`${name} {`, ...inner, '}'].join('\n');
}
