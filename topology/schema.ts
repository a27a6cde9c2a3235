/**
 * The topology file as written. What editors show about a key comes from here (`topology.schema.json` is made of it), and
 * so does the first half of validation: each value by itself. What concerns two values is in `checks/`.
 */
import { z } from 'zod';
import * as field from './fields.ts';
import { DEFAULT_VYOS_VERSION, VYOS_VERSIONS } from './vyos-versions.ts';

/** So that link-local always has room for those that name no network (15 680 of /30). */
const mostTunnels = 10_000;

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html: 5, and 50 where the quota was raised. */
const mostCidrs = 50;

const names = (what: string) => ({ propertyNames: { pattern: field.namePattern }, description: what });

const router = z
  .strictObject({
    role: z.enum(['active', 'standby']).meta({
      description: 'What you prefer: the active carries the traffic while all is well. One of each per site.',
    }),
    instance: field
      .awsId('i', 'The router’s EC2 instance. May be left out only where the VPC is yet to be created.')
      .optional(),
    eni: field
      .awsId(
        'eni',
        'The network interface that routes point at. May be left out only where the VPC is yet to be created.',
      )
      .optional(),
    subnet: field.ipv4Network('The subnet that the interface is in.', '10.1.100.0/24', { min: 16, max: 28 }),
    address: field.ipv4Address('The interface’s private address in that subnet.', '10.1.100.10'),
    publicAddress: field.ipv4Address('The Elastic IP that the other sites’ tunnels end at.', '203.0.113.10'),
    loopback: field.ipv4Address(
      'The address of lo: both ends of the GRE tunnel inside IPsec, and the router id. In no VPC.',
      '10.255.1.1',
    ),
    interface: field.interfaceName.default('eth0'),
    firstTunnel: z
      .int()
      .min(0)
      .max(899)
      .default(0)
      .meta({
        description:
          'The number of its first tunnel interface (tun0, vti0). Another one where the router has tunnels that are not of ' +
          'this topology. Default: 0.',
      }),
    gateway: field
      .ipv4Address('The VPC’s own router in that subnet. Default: the subnet’s first address.', '10.1.100.1')
      .optional(),
    instanceRole: field
      .instanceRole('The IAM role of this router’s instance where each router has its own. Default: the site’s.')
      .optional(),
    vyos: z
      .enum(VYOS_VERSIONS)
      .optional()
      .meta({ description: 'The VyOS version of this router where it differs. Default: the topology’s.' }),
  })
  .meta({ description: 'One VyOS router.' });

const tableId = field.awsId(
  'rtb',
  'A route table whose routes are moved; destinations: every other site’s front subnets.',
);

const routeTable = z.union([
  tableId,
  z
    .strictObject({
      id: field.awsId('rtb', 'The route table.'),
      destinations: z
        .array(field.destination)
        .min(1)
        .optional()
        .meta({
          description:
            'The routes in it that may be moved; no others are touched. A destination inside the own VPC is the whole ' +
            'CIDR block of a subnet. Default: every other site’s front subnets, and the networks of the far ends.',
        }),
      edge: z
        .boolean()
        .optional()
        .meta({
          description:
            'A gateway (edge) route table, which sends what comes in through an internet or VPN gateway to the pair: its ' +
            'destinations are subnets of the site’s own VPC or its CIDR blocks, and prefix lists cannot stand in it. ' +
            'Default: false.',
        }),
    })
    .meta({ description: 'A route table and the destinations in it that may be moved.' }),
]);

const vpc = z
  .strictObject({
    id: field.awsId('vpc', 'The VPC. Leave it out with create: true.').optional(),
    cidr: field.vpcNetwork('The VPC’s IPv4 network. With several CIDR blocks write cidrs.').optional(),
    cidrs: z
      .array(field.vpcNetwork('One of the VPC’s IPv4 CIDR blocks.'))
      .min(1)
      .max(mostCidrs)
      .optional()
      .meta({
        description: 'All IPv4 CIDR blocks of the VPC, the primary one first; in place of cidr.',
        examples: ['[10.1.0.0/16, 100.64.0.0/16]'],
      }),
    create: z
      .boolean()
      .default(false)
      .meta({
        description:
          'true: the VPC and its routers are yet to be created, by you: nothing here does it. Then the routers’ ' +
          'configuration can be written already, and nothing can be deployed. Default: false.',
      }),
  })
  .meta({
    description: 'The site’s VPC, by its id; or create: true where it does not exist yet, and nothing can be deployed.',
    allOf: [
      { anyOf: [{ required: ['id'] }, { required: ['create'] }] },
      { anyOf: [{ required: ['cidr'] }, { required: ['cidrs'] }] },
    ],
  });

const policy = z
  .strictObject({
    prefer: z
      .enum(['availability', 'safety'])
      .default('availability')
      .meta({
        description:
          'availability: one good witness moves the routes. safety: it takes a second one besides the survivor; slower, ' +
          'for pairs where an unneeded swap hurts (NAT, stateful firewalls). Default: availability.',
      }),
    mode: z.enum(['automatic', 'observe', 'off']).default('automatic').meta({
      description: 'observe: decide, record and notify, but move nothing. off: not even that. Default: automatic.',
    }),
    evacuate: z
      .enum(['manual', 'automatic'])
      .default('manual')
      .meta({
        description:
          'Before a scheduled event of the owner’s instance (retirement, reboot, maintenance, spot interruption). manual: people ' +
          'are told, with the switchover that makes it harmless. automatic: the routes move to the fit peer by themselves, 15 ' +
          'minutes before, or at once where less is left. Default: manual.',
      }),
    holdDown: field
      .duration('After an automatic swap, no other automatic one for so long. Default: 5m.', '5m')
      .default('5m'),
    maxSwapsPerHour: z
      .int()
      .min(1)
      .max(60)
      .default(3)
      .meta({ description: 'More automatic swaps than this in an hour, and a human has to look. Default: 3.' }),
  })
  .meta({ description: 'When routes are moved without asking.' });

const site = z
  .strictObject({
    region: field.region,
    asn: field.asn('The site’s BGP autonomous system number; each site has its own.', 65001),
    vpc,
    frontSubnets: z
      .array(field.ipv4Network('A network in the VPC that the other sites reach.', '10.1.0.0/20', { min: 8, max: 32 }))
      .min(1)
      .meta({ description: 'The networks of the VPC that are announced to the other sites.' }),
    instanceRole: field
      .instanceRole(
        'The name of the IAM role of the routers’ instances: the stack attaches what they need to it, and only its ' +
          'sessions may report. Needed to deploy; a router may have its own.',
      )
      .optional(),
    routers: z.record(z.string(), router).meta(names('The pair: one active, one standby router, by host name.')),
    routeTables: z.array(routeTable).optional().meta({
      description: 'The route tables that point at the pair. May be left out only where the VPC is yet to be created.',
    }),
    detectors: z
      .array(z.enum(['serf', 'bfd', 'vrrp']))
      .optional()
      .meta({
        description: 'What notices on the routers that one is dead. Default: [bfd]; [serf] for profile original.',
      }),
    confirm: field.confirmation.optional(),
    reservedConcurrency: z
      .int()
      .min(0)
      .max(900)
      .optional()
      .meta({
        description:
          'Environments that Lambda keeps for the function that moves routes, so that nothing else in the account can use ' +
          'them up. 0: none, for an account whose quota is too small to reserve any (it must leave 100). Default: 20, and less ' +
          'where more than 45 sites are in one region.',
      }),
    policy: policy.prefault({}),
  })
  .meta({ description: 'One region’s VPC with its pair of routers.' });

const farEnd = z
  .strictObject({
    publicAddress: field.ipv4Address('The address that its tunnels end at.', '192.0.2.50'),
    asn: field.asn('Its BGP autonomous system number; none of a site’s.', 65100),
    networks: z
      .array(field.ipv4Network('A network behind it.', '172.16.0.0/16', { min: 8, max: 32 }))
      .min(1)
      .meta({ description: 'What is behind it: what it may announce, and what the sites’ route tables lead to.' }),
    loopback: field
      .ipv4Address(
        'Its end of the GRE tunnels inside IPsec, an address of its own. Needed unless tunnelType is vti.',
        '10.255.100.1',
      )
      .optional(),
    bfd: z.boolean().default(false).meta({
      description: 'Does it speak BFD? Without, its loss is noticed by BGP’s hold time (12 s). Default: false.',
    }),
    psk: field.ssmName.optional(),
  })
  .meta({ description: 'A router that is no site of yours: on-premises, or a partner’s.' });

const tunnel = z
  .strictObject({
    between: z.array(z.string()).length(2).meta({
      description:
        'Two routers of different sites, or a router and a far end. The first has the network’s first usable address.',
    }),
    network: field
      .ipv4Network('The tunnel’s own network. Default: the next free /30 from 169.254.10.0/30 up.', '169.254.10.0/30', {
        min: 30,
        max: 31,
      })
      .optional(),
    psk: field.ssmName.optional(),
  })
  .meta({ description: 'An IPsec/GRE tunnel between two routers, with eBGP in it.' });

export const topologyFile = z
  .strictObject({
    name: field.text({
      description: 'The topology’s name: part of the names of stacks and parameters, so choose it for good.',
      pattern: field.namePattern,
      examples: ['tokyo-virginia'],
      check: (value) => field.nameFault('topology', value),
    }),
    vyos: z
      .enum(VYOS_VERSIONS)
      .default(DEFAULT_VYOS_VERSION)
      .meta({ description: 'The VyOS version of the routers, in quotes; a router may say its own. Default: "1.4".' }),
    profile: z.enum(['original', 'fast']).default('fast').meta({
      description:
        'original: the values of the 2014 article exactly. fast: BFD, IKEv2, AES-GCM, today’s defaults. Default: fast.',
    }),
    tunnelType: z
      .enum(['gre', 'vti'])
      .optional()
      .meta({
        description:
          'Between sites: GRE inside IPsec, or IPsec’s own interfaces (vti). Both ends must agree, so it stands here. ' +
          'Default: gre.',
      }),
    bfd: z
      .strictObject({
        interval: field.bfdInterval.default('50ms'),
        multiplier: z.int().min(2).max(255).default(6).meta({
          description: 'So many packets in a row must be missing. Default: 6.',
        }),
      })
      .optional()
      .meta({
        description: 'BFD on every tunnel and between the routers of a pair, in profile fast. Default: 50ms × 6.',
      }),
    sites: z.record(z.string(), site).meta(names('The sites, by name; two or more, or one with farEnds.')),
    farEnds: z.record(z.string(), farEnd).optional().meta(names('Routers of others that tunnels lead to, by name.')),
    tunnels: z
      .array(tunnel)
      .max(mostTunnels)
      .optional()
      .meta({
        description:
          'The tunnels; a list replaces the default: active to active and standby to standby between every two sites, and ' +
          'every router to every far end.',
      }),
  })
  .meta({ title: 'vyos-failover topology', description: 'Sites joined by pairs of VyOS routers.' });

/** The file with each value valid by itself and the simple defaults filled in. */
export type TopologyFile = z.infer<typeof topologyFile>;
export type SiteFile = TopologyFile['sites'][string];
export type RouterFile = SiteFile['routers'][string];
export type FarEndFile = NonNullable<TopologyFile['farEnds']>[string];
export type TunnelFile = NonNullable<TopologyFile['tunnels']>[number];
