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

/** The reason why the lab cannot run here; undefined: it can. */
export function whyNot(): string | undefined {
  if (platform !== 'linux') return 'the lab needs Linux network namespaces';
  if (process.getuid?.() !== 0) return 'the lab needs root to create network namespaces';
  const packages = Object.entries(PACKAGES).filter(([program]) => !isInstalled(program));
  if (packages.length > 0) {
    const names = [...new Set(packages.map(([, name]) => name))].join(' ');
    return `the lab needs ${packages.map(([program]) => program).join(', ')}: apt-get install -y --no-install-recommends ${names}`;
  }
  // Root in a container may lack permissions, and a small kernel may lack modules.
  const { status, stderr } = spawnSync('sh', ['-ec', PROBE], { encoding: 'utf8', timeout: 10_000 });
  return status === 0
    ? undefined
    : `this machine cannot create the networks of the lab: ${stderr.trim().split('\n')[0] || 'no reason given'}`;
}

/** Creates one of each kind of network object in a namespace, and removes it. */
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

/** The reason why tunnels cannot be encrypted here; undefined: they can. */
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
