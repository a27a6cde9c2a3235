/**
 * The topology file as written. `topology.schema.json`, which editors read, is generated from it, and the first half of
 * validation uses it: each value by itself. Rules between values are in `checks/`.
 */
import * as z from 'zod';
import * as field from './fields.ts';
import { DEFAULT_VYOS_VERSION, VYOS_VERSIONS } from './vyos-versions.ts';

/** Link-local has 15 552 networks of /30 for the tunnels that name none. */
export const MOST_TUNNELS = 10_000;

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html: 5, and 50 where the quota was raised. */
const mostCidrs = 50;

const names = (what: string, pattern = field.namePattern) => ({ propertyNames: { pattern }, description: what });

/** Of routers that are to be created: for one, for a site, or for all. */
const creation = {
  image: field.image.optional(),
  instanceType: field.instanceType.optional(),
};

const router = z
  .strictObject({
    role: z.enum(['active', 'standby']).meta({
      description:
        'The preferred role: the active router carries the traffic in normal operation. One of each per site.',
    }),
    instance: field
      .awsId('i', 'The router’s EC2 instance. Omit instance and eni if the router is to be created.')
      .optional(),
    eni: field
      .awsId(
        'eni',
        'The network interface that the routes point at. Omit instance and eni if the router is to be created.',
      )
      .optional(),
    ...creation,
    zone: field
      .zone(
        'The Availability Zone of a created VPC’s subnet. Default: the first one for the active router, the second one for the standby.',
      )
      .optional(),
    subnetId: field
      .awsId('subnet', 'The id of subnet, if the router is to be created in a VPC that exists.')
      .optional(),
    subnet: field.ipv4Network('The subnet that the interface is in.', '10.1.100.0/24', { min: 16, max: 28 }),
    address: field.ipv4Address('The interface’s private address in that subnet.', '10.1.100.10'),
    publicAddress: field
      .publicAddress(
        'The Elastic IP at which the other sites’ tunnels end. Omit it if the router is to be created: its Elastic IP is created too.',
        '203.0.113.10',
      )
      .optional(),
    loopback: field.ipv4Address(
      'The address of lo: the source of the GRE tunnels inside IPsec, and the router id. Outside every VPC.',
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
          'The number of its first tunnel interface (tun0, vti0). Change it if the router has tunnels outside this topology. ' +
          'Default: 0.',
      }),
    gateway: field
      .ipv4Address('The VPC router’s address in that subnet. Default: the subnet’s first address.', '10.1.100.1')
      .optional(),
    instanceRole: field
      .instanceRole(
        'The name of the IAM role of this router’s instance, if each router has its own. Default: the site’s.',
      )
      .optional(),
    vyos: z
      .enum(VYOS_VERSIONS)
      .optional()
      .meta({ description: 'The VyOS version of this router, if it differs. Default: the topology’s.' }),
  })
  .meta({ description: 'One VyOS router.' });

const tableId = field.awsId(
  'rtb',
  'A route table whose routes are moved. Destinations: every other site’s front subnets.',
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
            'The managed routes in it; no others are changed. A destination inside the own VPC is the whole ' +
            'CIDR block of a subnet. Default: every other site’s front subnets, and the networks of the far ends.',
        }),
      edge: z
        .boolean()
        .optional()
        .meta({
          description:
            'A gateway (edge) route table, which routes traffic from an internet or VPN gateway to the pair: its ' +
            'destinations are subnets or CIDR blocks of the site’s own VPC, and it cannot have prefix lists. ' +
            'Default: false.',
        }),
    })
    .meta({ description: 'A route table and its managed destinations.' }),
]);

const vpc = z
  .strictObject({
    id: field.awsId('vpc', 'The VPC. Omit it with create: true.').optional(),
    cidr: field.vpcNetwork('The VPC’s IPv4 network. With several CIDR blocks use cidrs.').optional(),
    cidrs: z
      .array(field.vpcNetwork('One of the VPC’s IPv4 CIDR blocks.'))
      .min(1)
      .max(mostCidrs)
      .optional()
      .meta({
        description: 'All IPv4 CIDR blocks of the VPC, the primary one first, instead of cidr.',
        examples: ['[10.1.0.0/16, 100.64.0.0/16]'],
      }),
    create: z.boolean().default(false).meta({
      description:
        'true: the deployment creates the VPC, its subnets, route table and internet gateway, and both routers. Default: false.',
    }),
  })
  .meta({
    description: 'The site’s VPC by its id, or create: true if the deployment is to create it.',
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
          'availability: the report of the peer is enough for a failover. safety: a second witness is required; slower, ' +
          'for pairs where an unneeded swap is disruptive (NAT, stateful firewalls). Default: availability.',
      }),
    mode: z.enum(['automatic', 'observe', 'off']).default('automatic').meta({
      description: 'observe: decide, record and notify, but move no routes. off: do nothing. Default: automatic.',
    }),
    evacuate: z
      .enum(['manual', 'automatic'])
      .default('manual')
      .meta({
        description:
          'Before a scheduled event of the owner’s instance (retirement, reboot, maintenance, spot interruption). manual: notify ' +
          'operators, with the switchover command that avoids an outage. automatic: move the routes to the fit peer 15 minutes ' +
          'before, or at once if less time is left. Default: manual.',
      }),
    holdDown: field
      .duration('Time after an automatic swap during which no other automatic swap starts. Default: 5m.', '5m')
      .default('5m'),
    maxSwapsPerHour: z
      .int()
      .min(1)
      .max(60)
      .default(3)
      .meta({ description: 'Limit of automatic swaps in an hour; beyond it an operator must act. Default: 3.' }),
  })
  .meta({ description: 'When routes are moved automatically.' });

const notify = z.strictObject({
  email: z
    .array(field.emailAddress)
    .max(50)
    .check(field.unique('address'))
    .optional()
    .meta({ description: 'The addresses that get the messages. Default: none; subscribe to the topic by hand.' }),
  slack: z
    .strictObject({
      workspace: field.slackId(
        'workspace',
        'TE',
        'T0123ABCD',
        'The workspace, which must be authorized once in the console of Amazon Q Developer in chat applications.',
      ),
      channel: field.slackId('channel', 'CG', 'C0123ABCD', 'The channel. A private one must have invited @Amazon Q.'),
    })
    .optional()
    .meta({ description: 'The Slack channel that gets the messages. Default: none.' }),
});

const site = z
  .strictObject({
    region: field.region,
    asn: field.asn('The site’s BGP autonomous system number; each site has its own.', 65001),
    vpc,
    frontSubnets: z
      .array(
        field.ipv4Network('A network in the VPC that the other sites can reach.', '10.1.0.0/20', { min: 8, max: 32 }),
      )
      .min(1)
      .meta({ description: 'The networks of the VPC that are announced to the other sites.' }),
    instanceRole: field
      .instanceRole(
        'The name of the IAM role of the routers’ instances: the stack attaches the permissions to it, and only its ' +
          'sessions are allowed to report. Required for deployment of routers that exist; a router may have its own. Routers that are ' +
          'to be created get a role each without it.',
      )
      .optional(),
    routers: z
      .record(z.string(), router)
      .meta(names('The pair: one active, one standby router, by host name.', field.routerNamePattern)),
    routeTables: z.array(routeTable).optional().meta({
      description:
        'The route tables that point at the pair. With create: true in vpc: besides the created one, which has the default destinations.',
    }),
    createRoutes: z
      .boolean()
      .optional()
      .meta({
        description:
          'true: the deployment creates managed routes that are missing, at the owner; it never changes or deletes one. Default: true ' +
          'if the site’s routers are to be created, otherwise false.',
      }),
    ...creation,
    detectors: z
      .array(z.enum(['serf', 'bfd', 'vrrp']))
      .optional()
      .meta({
        description:
          'The programs that detect a failed peer on the routers. Default: [bfd]; [serf] for profile original.',
      }),
    confirm: field.confirmation.optional(),
    reservedConcurrency: z
      .int()
      .min(0)
      .max(900)
      .optional()
      .meta({
        description:
          'Lambda concurrency reserved for the function that moves routes, so that other functions of the account cannot use ' +
          'it up; 5 more are reserved for the function that pushes configurations. 0: none for either, for an account whose quota is ' +
          'too small to reserve any (100 must stay unreserved). Default: 20, or less if more than 36 sites are in one region.',
      }),
    dashboard: z
      .boolean()
      .optional()
      .meta({
        description:
          'Whether the deployment creates a CloudWatch dashboard of the site. An account has three free of charge; each further one ' +
          'costs $3 a month. Default: true for the first three sites of the topology, otherwise false.',
      }),
    policy: policy.prefault({}),
    notify: notify.optional().meta({
      description: 'Who gets the messages of this site, instead of those whom the topology names: {} for nobody.',
    }),
  })
  .meta({ description: 'One region’s VPC with its pair of routers.' });

const farEnd = z
  .strictObject({
    publicAddress: field.publicAddress('The address at which its tunnels end.', '192.0.2.50'),
    asn: field.asn('Its BGP autonomous system number, different from those of the sites.', 65100),
    networks: z
      .array(field.ipv4Network('A network behind it.', '172.16.0.0/16', { min: 8, max: 32 }, field.unroutedFault))
      .min(1)
      .meta({
        description:
          'The networks behind it: it can announce only these, and they are default destinations of the sites’ route tables.',
      }),
    loopback: field
      .ipv4Address(
        'Its end of the GRE tunnels inside IPsec, an address of its own. Required unless tunnelType is vti.',
        '10.255.100.1',
      )
      .optional(),
    bfd: z.boolean().default(false).meta({
      description:
        'true: it runs BFD. Without BFD its failure is detected by the BGP hold time (12 s). Default: false.',
    }),
    psk: field.ssmName.optional(),
  })
  .meta({ description: 'A router outside the sites: on-premises, or a partner’s.' });

const tunnel = z
  .strictObject({
    between: z.array(z.string()).length(2).meta({
      description:
        'Two routers of different sites, or a router and a far end. The first has the network’s first usable address.',
    }),
    network: field
      .ipv4Network(
        'The tunnel’s own network. Default: the next free /30 from 169.254.10.0/30 up.',
        '169.254.10.0/30',
        { min: 30, max: 31 },
        field.reservedFault,
      )
      .optional(),
    psk: field.ssmName.optional(),
  })
  .meta({ description: 'An IPsec/GRE tunnel between two routers, with eBGP in it.' });

export const topologyFile = z
  .strictObject({
    name: field.text({
      description: 'The topology’s name. It is part of the names of stacks and parameters and cannot be changed later.',
      pattern: field.namePattern,
      examples: ['tokyo-virginia'],
      check: (value) => field.nameFault('topology', value),
    }),
    account: field.account.optional(),
    terminationProtection: z
      .boolean()
      .default(false)
      .meta({
        description:
          'true: CloudFormation refuses to delete the stacks of the sites and of their addresses, until the command destroy turns that off. ' +
          'Set it after the first deployment: cdk deploy cannot replace a protected stack whose creation failed. Default: false.',
      }),
    vyos: z
      .enum(VYOS_VERSIONS)
      .default(DEFAULT_VYOS_VERSION)
      .meta({ description: 'The VyOS version of the routers, in quotes; a router can have its own. Default: "1.4".' }),
    ...creation,
    ssmAgent: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'The SSM agent’s package (amazon-ssm-agent.deb), relative to the topology file. VyOS images do not contain it. Required for ' +
          'routers that are to be created; router install upgrades the agent of all routers to it.',
        examples: ['amazon-ssm-agent.deb'],
      }),
    profile: z.enum(['original', 'fast']).default('fast').meta({
      description:
        'original: the values of the 2014 article exactly. fast: BFD, IKEv2, AES-GCM, today’s defaults. Default: fast.',
    }),
    tunnelType: z.enum(['gre', 'vti']).optional().meta({
      description:
        'The tunnels between sites: GRE inside IPsec, or VTI (route-based IPsec). Both ends must agree. Default: gre.',
    }),
    bfd: z
      .strictObject({
        interval: field.bfdInterval.default('50ms'),
        multiplier: z.int().min(2).max(255).default(6).meta({
          description: 'The number of consecutive missing packets after which a session is down. Default: 6.',
        }),
      })
      .optional()
      .meta({
        description: 'BFD on every tunnel and between the routers of a pair, in profile fast. Default: 50ms × 6.',
      }),
    sites: z.record(z.string(), site).meta(names('The sites, by name; two or more, or one with farEnds.')),
    notify: notify.optional().meta({ description: 'Who gets the messages of all sites. Default: nobody.' }),
    farEnds: z
      .record(z.string(), farEnd)
      .optional()
      .meta(names('Routers outside the sites to which tunnels lead, by name.')),
    tunnels: z
      .array(tunnel)
      .max(MOST_TUNNELS)
      .optional()
      .meta({
        description:
          'The tunnels. A list replaces the default: active to active and standby to standby between every two sites, and ' +
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
