import type { DraftedRouter, DraftedSite } from './drafted-site.ts';

/** From the documentation ranges (RFC 5737): what stands for an address that an operator must supply. */
const UNKNOWN_ADDRESSES = '203.0.113';

/**
 * A topology file with comments. Values that `init` chose or could not know have a comment that begins with `CHECK` or `REPLACE`.
 */
export function topologyText(name: string, sites: readonly DraftedSite[]): string {
  const isCreated = sites.some(({ vpc }) => vpc === undefined);
  return [
    '# A topology of vyos-failover. Check it with: vyos-failover topology validate FILE',
    '# All keys: topology/topology.schema.json, which editors complete from (yaml-language-server).',
    `name: ${name} # part of the names of stacks and parameters; it cannot be changed later`,
    'vyos: "1.4" # CHECK: the VyOS version of the routers: 1.3, 1.4 or 1.5',
    ...(isCreated ? CREATION : []),
    '',
    'sites:',
    ...sites.flatMap((site, at) => siteLines(site, at + 1)),
    ...(sites.length === 1 ? FAR_END : []),
    '# notify: { email: [on-call@example.com] } # who gets the messages',
    '',
  ].join('\n');
}

const CREATION = [
  'ssmAgent: amazon-ssm-agent.deb # REPLACE: path of the SSM agent’s package, relative to this file (docs/routers.md)',
  'image: { owner: "679593333241", name: VyOS 1.4* } # CHECK: VyOS in AWS Marketplace, which needs a subscription; or { id: ami-… }',
  'instanceType: c5n.large',
];

const FAR_END = [
  'farEnds: # REPLACE: a router outside AWS; or remove this, and add a second site',
  '  other-end:',
  '    publicAddress: 192.0.2.50',
  '    asn: 65100',
  '    networks: [192.168.0.0/16] # behind it',
  '    loopback: 10.255.100.1',
  '',
];

function siteLines(site: DraftedSite, nth: number): readonly string[] {
  const { vpc, cidrs, frontSubnets, instanceRole, routeTables } = site;
  const blocks = cidrs.length === 1 ? `cidr: ${cidrs[0]}` : `cidrs: ${list(cidrs)}`;
  return [
    `  ${site.name}:`,
    `    region: ${site.region}`,
    `    asn: ${site.asn} # ${vpc === undefined ? 'each site has its own' : 'CHECK: the AS number of the routers; each site has its own'}`,
    vpc === undefined ? `    vpc: { create: true, ${blocks} }` : `    vpc: { id: ${vpc}, ${blocks} }`,
    `    frontSubnets: ${list(frontSubnets)} # ${vpc === undefined ? '' : 'CHECK: '}the networks that the other sites can reach`,
    ...(vpc === undefined
      ? []
      : [
          `    instanceRole: ${instanceRole ?? 'REPLACE-router-role'} # CHECK: the IAM role of the routers’ instances${instanceRole === undefined ? ', which EC2 does not show' : ''}`,
        ]),
    '    routers:',
    ...site.routers.flatMap((router, at) =>
      routerLines(router, at === 0 ? 'active' : 'standby', nth * 10 + at, site.routers),
    ),
    ...(vpc === undefined ? [] : tableLines(routeTables, nth)),
    ...(vpc === undefined
      ? []
      : ['    policy: { mode: observe } # decides and notifies, and moves no routes; change to automatic later']),
    '',
  ];
}

function routerLines(
  router: DraftedRouter,
  role: 'active' | 'standby',
  unknown: number,
  [active, standby]: DraftedSite['routers'],
): readonly string[] {
  const { existing } = router;
  return [
    `      ${router.name}:`,
    `        role: ${role} # ${roleNote(role, existing)}`,
    ...(existing === undefined
      ? []
      : [
          `        instance: ${existing.instance}${existing.hasOnlyDefaultRoutes ? NAT_INSTANCE : ''}`,
          `        eni: ${existing.eni}${existing.otherEnis.length === 0 ? '' : ` # CHECK: it also forwards with ${existing.otherEnis.join(', ')}`}`,
          existing.publicAddress === undefined
            ? `        publicAddress: ${UNKNOWN_ADDRESSES}.${unknown} # REPLACE: its Elastic IP; it has none now`
            : `        publicAddress: ${existing.publicAddress} # CHECK: an Elastic IP, which stays when the instance stops`,
        ]),
    `        subnet: ${router.subnet}${role === 'standby' && active.subnet === standby.subnet ? ONE_ZONE : ''}`,
    `        address: ${router.address}`,
    `        loopback: ${router.loopback}${existing === undefined ? '' : ' # CHECK: the address of lo'}`,
  ];
}

const NAT_INSTANCE = ' # CHECK: only default routes point at it, as at a NAT instance; is it a VyOS router?';
const ONE_ZONE = ' # CHECK: also that of the active router: a failure of its Availability Zone stops both';

function roleNote(role: 'active' | 'standby', existing: DraftedRouter['existing']): string {
  if (existing?.isRoleShown === false && role === 'active')
    return 'CHECK: no route shows which router carries the traffic in normal operation';
  return role === 'active' ? 'preferred: it carries the traffic in normal operation' : 'takes over';
}

/** @param nth of the site: the id that stands for its table is its own */
function tableLines(tables: DraftedSite['routeTables'], nth: number): readonly string[] {
  if (tables.length === 0) {
    return [
      `    routeTables: [rtb-${String(nth).padStart(17, '0')}] # REPLACE: the tables whose routes move; no route points at the routers now`,
    ];
  }
  return [
    '    routeTables: # CHECK: the routes that point at the routers now; only these are moved',
    ...tables.map(({ id, destinations }) => `      - { id: ${id}, destinations: ${list(destinations.map(quoted))} }`),
  ];
}

/** An IPv6 network would be a mapping of YAML. */
function quoted(destination: string): string {
  return destination.includes(':') ? `"${destination}"` : destination;
}

function list(values: readonly string[]): string {
  return `[${values.join(', ')}]`;
}
