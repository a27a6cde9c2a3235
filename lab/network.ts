import { AWS_MTU, INTERNET_MTU } from './mtu.ts';
import type { LabPlan, LinkPlan, RouterPlan, SitePlan } from './plan.ts';
import { ipBatch, run, runIn } from './run.ts';
import { vpcRules } from './vpc-rules.ts';

/** Creates every namespace, link, address and route that no routing daemon creates. Expects that none exists yet. */
export async function buildNetwork(plan: LabPlan): Promise<void> {
  await buildVpcs(plan);
  for (const site of plan.sites) {
    for (const router of site.routers) {
      await plugIn(site, router);
      await addTunnels(router);
    }
  }
}

/** All but the routers: hosts, VPCs, and the internet between them. */
export async function buildVpcs(plan: LabPlan): Promise<void> {
  await makeNamespace(plan.internet);
  for (const site of plan.sites) {
    for (const namespace of [site.vpc, site.host]) await makeNamespace(namespace);
    await wireInternet(plan, site);
    await wireFronts(site, site);
    await wireEdges(site);
    await addSubnetBridges(site);
    await runIn(site.vpc, 'nft', ['-f', '-'], { input: vpcRules(site) });
  }
}

/** rp_filter would drop packets on asymmetric paths, and ICMP redirects would change the hosts' routes. */
const SYSCTLS = [
  'net.ipv4.ip_forward=1',
  ...['all', 'default'].flatMap((where) => [
    `net.ipv4.conf.${where}.rp_filter=0`,
    `net.ipv4.conf.${where}.send_redirects=0`,
    `net.ipv4.conf.${where}.accept_redirects=0`,
    `net.ipv6.conf.${where}.disable_ipv6=1`,
  ]),
];

/** Makes a namespace that forwards, with its loopback interface up. */
export async function makeNamespace(namespace: string): Promise<void> {
  await run('ip', ['netns', 'add', namespace]);
  await runIn(namespace, 'sysctl', ['-q', '-w', ...SYSCTLS]);
  await ipBatch(namespace, ['link set lo up']);
}

async function wireInternet({ internet }: LabPlan, { vpc, uplink, routers }: SitePlan): Promise<void> {
  await wire({ namespace: vpc, port: 'uplink' }, { namespace: internet, port: uplink.port }, INTERNET_MTU);
  await ipBatch(vpc, [
    `address add ${uplink.vpcAddress}/30 dev uplink`,
    `route add default via ${uplink.internetAddress}`,
  ]);
  await ipBatch(internet, [
    `address add ${uplink.internetAddress}/30 dev ${uplink.port}`,
    ...routers.map(({ router }) => `route add ${router.publicAddress}/32 via ${uplink.vpcAddress}`),
  ]);
}

/** Each host has a routing table of its own, because AWS route tables belong to subnets, not to the VPC. */
export async function wireFronts(
  { site, vpc, host }: SitePlan,
  { fronts, hosts }: Pick<SitePlan, 'fronts' | 'hosts'>,
): Promise<void> {
  for (const { port, interface: name, gateway, prefixLength, hostTable } of fronts) {
    await wire({ namespace: host, port: name }, { namespace: vpc, port }, AWS_MTU);
    await ipBatch(vpc, [`address add ${gateway}/${prefixLength} dev ${port}`]);
    await ipBatch(host, [`route add default via ${gateway} dev ${name} onlink table ${hostTable}`]);
  }
  await ipBatch(
    host,
    hosts.flatMap(({ address, prefixLength, interface: name, hostTable }) => [
      `address add ${address}/${prefixLength} dev ${name}`,
      `rule add from ${address} lookup ${hostTable}`,
    ]),
  );
  await ipBatch(
    vpc,
    hosts.flatMap(({ address, linuxTable, port }) => [
      // Only for packets from the host: packets forwarded by a router use the table of the router's subnet.
      `rule add from ${address} iif ${port} lookup ${linuxTable}`,
      // Destinations in the VPC use the main table. All others without a route are dropped.
      ...site.vpc.cidrs.map((block) => `route replace throw ${block} table ${linuxTable}`),
      `route replace blackhole default metric 4096 table ${linuxTable}`,
    ]),
  );
}

/** Packets from a gateway use the gateway's table first; others are local. */
async function wireEdges({ vpc, edges }: SitePlan): Promise<void> {
  await ipBatch(
    vpc,
    edges.map(({ linuxTable }) => `rule add iif uplink lookup ${linuxTable}`),
  );
}

async function addSubnetBridges({ vpc, subnets }: SitePlan): Promise<void> {
  await ipBatch(
    vpc,
    subnets.flatMap(({ bridge, gateway, prefixLength }) => [
      `link add name ${bridge} mtu ${AWS_MTU} type bridge`,
      `link set ${bridge} up`,
      `address add ${gateway}/${prefixLength} dev ${bridge}`,
    ]),
  );
}

/**
 * A router's namespace, and its interface in the VPC. AWS knows every interface of a VPC: it sends no ARP requests, and no
 * unreachable messages for a silent interface.
 */
export async function plugIn(
  { vpc }: SitePlan,
  { router, namespace, port, bridge, prefixLength }: RouterPlan,
): Promise<void> {
  await makeNamespace(namespace);
  await wire({ namespace, port: router.interface }, { namespace: vpc, port }, AWS_MTU);
  await ipBatch(namespace, [
    `link set ${router.interface} address ${hardwareAddress(router.address)}`,
    // The address at which the hypervisor answers in AWS.
    'address add 169.254.169.254/32 dev lo',
    `address add ${router.address}/${prefixLength} dev ${router.interface}`,
    `route add default via ${router.gateway}`,
  ]);
  await ipBatch(vpc, [
    `link set ${port} master ${bridge}`,
    `neighbor replace ${router.address} lladdr ${hardwareAddress(router.address)} dev ${bridge} nud permanent`,
  ]);
}

/** What the router's configuration adds to its interface: the loopback address, and tunnels. */
export async function addTunnels({ namespace, model, links }: RouterPlan): Promise<void> {
  await ipBatch(namespace, [
    `address add ${model.loopback} dev lo`,
    ...links.flatMap((link) => [
      ...makeLink(link),
      `address add ${link.address} dev ${link.interface}`,
      `link set ${link.interface} up`,
    ]),
  ]);
}

/**
 * VXLAN has the model's interface name, address and MTU. It goes without UDP checksums: where the inner packet's is left
 * to the network card, nftables corrects the outer one wrongly when it translates the address, and TCP stalls while pings
 * get through. GRE is a program's (`ipsec.ts`); here is what it attaches to.
 */
function makeLink({ interface: name, mtu, id, outer: { local, remote }, gre }: LinkPlan): string[] {
  return gre === undefined
    ? [`link add ${name} mtu ${mtu} type vxlan id ${id} local ${local} remote ${remote} dstport 4789 noudpcsum`]
    : [`tuntap add dev ${name} mode tun pi`, `link set ${name} mtu ${mtu}`];
}

/** A locally administered MAC address made of the IP address, so that it is known in advance. */
function hardwareAddress(address: string): string {
  const octets = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return ['02', '00', ...octets].join(':');
}

interface End {
  readonly namespace: string;
  readonly port: string;
}

async function wire(one: End, other: End, mtu: number): Promise<void> {
  const ends = [
    `name ${one.port} mtu ${mtu} netns ${one.namespace}`,
    `name ${other.port} mtu ${mtu} netns ${other.namespace}`,
  ];
  await run('ip', `link add ${ends[0]} type veth peer ${ends[1]}`.split(' '));
  await ipBatch(one.namespace, [`link set ${one.port} up`]);
  await ipBatch(other.namespace, [`link set ${other.port} up`]);
}
