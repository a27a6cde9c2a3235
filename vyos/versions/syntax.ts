/** How each VyOS version writes the same thing. What only some versions can do is in `abilities.ts`. */
import type { VyosVersion } from '#topology/topology.ts';
import { type Line, line } from '../line.ts';
import type { VyosRelease } from './release.ts';

export interface Syntax {
  readonly ipsecInterface: Line;
  /** The values of dead-peer-detection and close-action that restart a lost connection, and that clear it. */
  readonly deadPeer: Readonly<Record<'start' | 'forget', { readonly dpd: string; readonly close: string }>>;
  /** 1.4 and later: a peer has a name, a `remote-address`, and its key under `authentication psk`. Before: named by its address. */
  readonly namedPeers: boolean;
  /** `key-exchange` is written out, because its default differs between versions. */
  readonly explicitKeyExchange: boolean;
  readonly gre: { readonly source: string; readonly remote: string };
  readonly mss: (link: Line, name: string, bytes: number) => Line;
  /** Before 1.4 the AS number is part of every BGP path. */
  readonly bgp: (asn: number) => Line;
  readonly systemAs: boolean;
  readonly addressFamily: Line;
  /** False: every BFD peer is written out. */
  readonly bfdProfiles: boolean;
  /** The node of a VRRP group's virtual address; undefined: the version has no unicast VRRP, which a VPC needs. */
  readonly vrrpAddress: string | undefined;
  /** Disables MOBIKE, which tracks changing addresses: an Elastic IP does not change. */
  readonly withoutMobike: Line;
  /** The `connection-type` of the end that initiates only when it has traffic to send. */
  readonly onTraffic: 'respond' | 'trap';
  /** The IKEv2 retransmission timers can be set. */
  readonly retransmission: boolean;
  /** BGP starts only while BFD is up. */
  readonly bfdStrict: boolean;
}

const v11: Syntax = {
  ipsecInterface: line`vpn ipsec ipsec-interfaces interface`,
  deadPeer: { start: { dpd: 'restart', close: 'restart' }, forget: { dpd: 'clear', close: 'none' } },
  namedPeers: false,
  explicitKeyExchange: false,
  gre: { source: 'local-ip', remote: 'remote-ip' },
  mss: (_link, name, bytes) => line`firewall options interface ${name} adjust-mss ${bytes}`,
  bgp: (asn) => line`protocols bgp ${asn}`,
  systemAs: false,
  addressFamily: [],
  bfdProfiles: false,
  vrrpAddress: undefined,
  withoutMobike: line`mobike disable`,
  onTraffic: 'respond',
  retransmission: false,
  bfdStrict: false,
};

const v13: Syntax = {
  ...v11,
  explicitKeyExchange: true,
  gre: { source: 'source-address', remote: 'remote' },
  addressFamily: line`address-family ipv4-unicast`,
  vrrpAddress: 'virtual-address',
};

const v14: Syntax = {
  ...v13,
  ipsecInterface: line`vpn ipsec interface`,
  deadPeer: { start: { dpd: 'restart', close: 'start' }, forget: { dpd: 'clear', close: 'none' } },
  namedPeers: true,
  mss: (link, _name, bytes) => line`${link} ip adjust-mss ${bytes}`,
  bgp: () => line`protocols bgp`,
  systemAs: true,
  bfdProfiles: true,
  vrrpAddress: 'address',
  withoutMobike: line`disable-mobike`,
};

const syntaxes: Readonly<Record<VyosVersion, Syntax>> = { '1.1': v11, '1.3': v13, '1.4': v14, '1.5': v14 };

export function syntaxOf({ branch, commands }: VyosRelease): Syntax {
  const { trap, retransmission, bfdStrict } = commands;
  return { ...syntaxes[branch], onTraffic: trap ? 'trap' : 'respond', retransmission, bfdStrict };
}

/** The nodes of a GRE tunnel's outer addresses, in all versions. */
export const greNodes: readonly string[] = [
  ...new Set(Object.values(syntaxes).flatMap(({ gre }) => [gre.source, gre.remote])),
];

/** The nodes that a peer may have on a router: by its name, or (before 1.4) by its address. */
export function peerNodes({ name, remoteAddress }: { readonly name: string; readonly remoteAddress: string }): Line[] {
  return [name, remoteAddress].map((word) => line`vpn ipsec site-to-site peer ${word}`);
}
