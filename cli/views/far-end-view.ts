import type { FarEndSheet, FarEndTunnel } from '#vyos/far-end-sheet.ts';

/** The parameters of its tunnels as a text for the administrator of a far end: `you` is that administrator, `we` is the site. */
export function showFarEnd(sheet: FarEndSheet): string {
  const { topology, farEnd, publicAddress, asn, tunnels, networks } = sheet;
  return [
    `${farEnd} (${publicAddress}, AS ${asn}): tunnels to ${topology}`,
    'This text contains no keys: send their values through another, secure channel.',
    '',
    `Prefixes that we accept from you: ${networks.join(', ')}`,
    ...tunnels.flatMap((tunnel) => ['', ...showTunnel(tunnel)]),
  ].join('\n');
}

function showTunnel(tunnel: FarEndTunnel): string[] {
  const { router, site, preferred, ike, esp, gre, inner, mtu, mss, bgp, bfd, announced, med } = tunnel;
  const rows: readonly (readonly [string, string])[] = [
    ['peer', `${ike.remote.address}, behind NAT: UDP 500 and 4500, ESP in UDP`],
    ['IKE identities', `yours ${ike.local.id}, ours ${ike.remote.id}`],
    [
      'IKE',
      `v${ike.version}, ${cipher(ike.encryption, `PRF ${hash(ike.hash)}`, hash(ike.hash))}, DH group ${ike.dhGroup ?? '2'}, lifetime ${ike.lifetime} s`,
    ],
    ['initiator', INITIATOR[ike.initiator]],
    ['dead peer detection', ike.deadPeerInterval === null ? 'off' : `every ${ike.deadPeerInterval} s`],
    ['pre-shared key', `the value of ${ike.psk}`],
    [
      'ESP',
      `${esp.mode} mode, ${cipher(esp.encryption, 'no separate integrity algorithm', hash(esp.hash))}, PFS group ${esp.pfsDhGroup ?? 'as IKE'}, lifetime ${esp.lifetime} s`,
    ],
    ['selectors', `yours ${esp.selectors.local}, ours ${esp.selectors.remote}`],
    ['tunnel', gre === null ? 'route-based (VTI)' : `GRE inside IPsec, from your ${gre.local} to our ${gre.remote}`],
    ['inner addresses', `yours ${inner.local}, ours ${inner.remote}`],
    ['MTU', mss === null ? String(mtu) : `${mtu}, TCP MSS ${mss}`],
    [
      'BGP',
      `your AS ${bgp.localAs}, neighbor ${bgp.neighbor}, AS ${bgp.remoteAs}; keepalive ${bgp.keepalive} s, hold time ${bgp.holdtime} s, no password`,
    ],
    [
      'BGP prefixes',
      bgp.maximumPrefix === null ? 'no limit' : `at most ${bgp.maximumPrefix}, above that the session is shut down`,
    ],
    ['BFD', bfd === null ? 'none' : `every ${bfd.intervalMs} ms, down after ${bfd.multiplier}`],
    [
      'we announce',
      announced === null
        ? 'all known prefixes, unfiltered'
        : `${announced.join(', ')}, MED ${med ?? 'unset'}${preferred ? ' (lower MED: prefer this tunnel)' : ''}`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `Tunnel to ${router} (${site}, ${preferred ? 'preferred' : 'standby'})`,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
  ];
}

/** The name in VyOS and the common name of other vendors. With AES-GCM there is no separate integrity algorithm (RFC 4106, RFC 5282). */
function cipher(encryption: string, withGcm: string, integrity: string): string {
  const [, bits, icv] = /^aes(\d+)gcm(\d+)$/.exec(encryption) ?? [];
  if (bits === undefined || icv === undefined) return `${encryption}, integrity ${integrity}`;
  return `AES-${bits}-GCM with ${icv} bits of ICV (${encryption}), ${withGcm}`;
}

/** `sha256` → `SHA-256` */
function hash(name: string): string {
  return name.replace(/^sha/, 'SHA-');
}

const INITIATOR: Readonly<Record<FarEndTunnel['ike']['initiator'], string>> = {
  local: 'you; we respond',
  remote: 'we; you respond',
  either: 'both',
};
