import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { platform } from 'node:process';

/** Debian's package of each program. */
export const PACKAGES: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nft: 'nftables',
  sysctl: 'procps',
  socat: 'socat',
  serf: 'serf',
  vtysh: 'frr',
  'frr-reload.py': 'frr-pythontools',
  ping: 'iputils-ping',
  curl: 'curl',
  flock: 'util-linux',
};

/** Why no lab can run here; undefined: it can. */
export function whyNot(): string | undefined {
  if (platform !== 'linux') return 'a lab needs Linux, for its network namespaces';
  if (process.getuid?.() !== 0) return 'a lab needs root, for its network namespaces';
  const packages = Object.entries(PACKAGES).filter(([program]) => !isInstalled(program));
  if (packages.length > 0) {
    const names = [...new Set(packages.map(([, name]) => name))].join(' ');
    return `a lab needs ${packages.map(([program]) => program).join(', ')}: apt-get install -y --no-install-recommends ${names}`;
  }
  // A container may run as root and still not be allowed to, and a small kernel may not have it all.
  const { status, stderr } = spawnSync('sh', ['-ec', PROBE], { encoding: 'utf8', timeout: 10_000 });
  return status === 0
    ? undefined
    : `this machine does not let us make such networks: ${stderr.trim().split('\n')[0] || 'no reason given'}`;
}

/** One of everything that a lab is made of, in a namespace that is gone afterwards. */
const PROBE = `
name=vfl-probe-$$
trap 'ip netns delete $name 2>/dev/null' EXIT
ip netns add $name
ip -n $name link add one type veth peer other
ip -n $name link add switch type bridge
ip -n $name link add tunnel type vxlan id 1 dstport 4789
ip netns exec $name nft 'add table ip probe; add table bridge probe; add chain ip probe nat { type nat hook output priority 0; }'
`;

/** Debian's packages of what encrypted tunnels need. */
export const STRONGSWAN_PACKAGES = [
  'strongswan-charon',
  'strongswan-swanctl',
  'libcharon-extra-plugins',
  'libstrongswan-standard-plugins',
  'libstrongswan-extra-plugins',
];

/** Why tunnels cannot be encrypted here; undefined: they can. */
export function whyNotEncrypted(): string | undefined {
  const has = [
    '/dev/net/tun',
    '/usr/lib/ipsec/charon',
    '/usr/sbin/swanctl',
    '/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so',
    '/usr/lib/ipsec/plugins/libstrongswan-gcm.so',
  ];
  if (has.every((file) => existsSync(file))) return undefined;
  const packages = STRONGSWAN_PACKAGES.join(' ');
  return `encrypted tunnels need /dev/net/tun and strongSwan: apt-get install -y --no-install-recommends ${packages}`;
}

export function isInstalled(program: string): boolean {
  return ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/lib/frr'].some(
    (directory) => existsSync(`${directory}/${program}`),
  );
}
