/** Where VyOS versions spell the same thing differently. What only some of them can do is decided before. */
import type { VyosVersion } from '#topology/topology.ts';
import { type Line, line } from './line.ts';
import type { VyosRelease } from './release.ts';

export interface Syntax {
  readonly ipsecInterface: Line;
  /** `start` and `forget` in the words of dead-peer-detection and close-action. */
  readonly deadPeer: Readonly<Record<'start' | 'forget', { readonly dpd: string; readonly close: string }>>;
  /** 1.4: peers have names, addresses of their own, and keys kept apart. */
  readonly namedPeers: boolean;
  /** Neither can be left to a default that means the same everywhere. */
  readonly explicitKeyExchange: boolean;
  readonly gre: { readonly source: string; readonly remote: string };
  readonly mss: (link: Line, name: string, bytes: number) => Line;
  /** 1.4: one instance; before, the AS number is part of every path. */
  readonly bgp: (asn: number) => Line;
  readonly systemAs: boolean;
  readonly addressFamily: Line;
  /** Otherwise every BFD peer is written out. */
  readonly bfdProfiles: boolean;
  /** A VRRP group's virtual address; undefined where VRRP cannot be sent to one address, as AWS needs it. */
  readonly vrrpAddress: string | undefined;
  /** Turns MOBIKE off, which follows an end whose address changes: Elastic IPs do not. */
  readonly withoutMobike: Line;
  /** The end that calls only when it has something to send. */
  readonly onTraffic: 'respond' | 'trap';
  /** How often and how long IKEv2 repeats itself can be set. */
  readonly retransmission: boolean;
  /** BGP waits for BFD. */
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
