import {
  CreateNetworkAclEntryCommand,
  DeleteRouteCommand,
  DescribeNetworkAclsCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { eniOf, instanceOf } from '#demo/account-of-topology.ts';
import type { Site } from '#topology/topology.ts';
import { runCommandLine } from './program.ts';
import { names, type SiteUnderTest, tokyo, topology } from './site-under-test.ts';

/** A fault at a site of the example, as an operator or AWS causes it: through AWS's API or the command line. */
export interface PlantedFault {
  /** The check of `doctor` that names it. */
  readonly id: string;
  readonly where: string;
  /** Without it: it follows from another fault, or from what these simulated routers lack. */
  readonly plant?: (site: SiteUnderTest) => unknown;
}

const virginia = topology.sites[1] as Site;
const [first = ''] = tokyo.routeTables.map(({ id }) => id);
const [destination = ''] = tokyo.routeTables[0]?.destinations ?? [];
const PSK = { first: psk('tokyo-1--virginia-1'), second: psk('tokyo-2--virginia-2') };

function psk(pair: string): string {
  return `/vyos-failover/tokyo-virginia/psk/${pair}`;
}

const client = ({ emulator }: SiteUnderTest, { region }: Site) => ({
  endpoint: emulator.endpoint,
  region,
  credentials: emulator.credentials.forUser(),
});
const ec2 = (site: SiteUnderTest, of: Site) => new EC2Client(client(site, of));
const put = (site: SiteUnderTest, of: Site, Name: string, Value: string, Type: 'String' | 'SecureString') =>
  new SSMClient(client(site, of)).send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
const run = (site: SiteUnderTest, ...line: string[]) => runCommandLine(site.emulator, [...line, '--yes']);

/** All at once: each must be named beside the others. */
export const PLANTED: readonly PlantedFault[] = [
  {
    id: 'route-missing',
    where: `${first} ${destination}`,
    plant: (site) =>
      ec2(site, tokyo).send(new DeleteRouteCommand({ RouteTableId: first, DestinationCidrBlock: destination })),
  },
  {
    id: 'routes-split',
    where: 'virginia',
    plant: (site) =>
      ec2(site, virginia).send(
        new ReplaceRouteCommand({
          RouteTableId: 'rtb-0a1b2c3d4e5f60023',
          DestinationCidrBlock: '10.1.0.0/20',
          NetworkInterfaceId: eniOf(virginia.routers.standby),
        }),
      ),
  },
  {
    id: 'instance-not-running',
    where: 'tokyo-2',
    plant: ({ emulator }) => emulator.ec2.lifecycle.stop(tokyo.region, instanceOf(tokyo.routers.standby)),
  },
  {
    id: 'no-path',
    where: 'tokyo-1',
    plant: (site) => site.showBgp(tokyo.routers.active, 'Idle'),
  },
  { id: 'reporter-missing', where: 'tokyo-1' },
  {
    id: 'paused',
    where: 'tokyo',
    plant: (site) => run(site, 'pause', 'tokyo', '--for', '1h', '--reason', 'game day'),
  },
  { id: 'subscription-missing', where: 'tokyo' },
  {
    id: 'alarm-raised',
    where: 'tokyo',
    plant: ({ emulator }) =>
      emulator.metrics.put({
        region: tokyo.region,
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        value: 1,
        dimensions: { QueueName: names.deadLetters },
      }),
  },
  { id: 'key-missing', where: '/vyos-failover/tokyo-virginia/serf/tokyo' },
  {
    id: 'key-differs',
    where: PSK.first,
    plant: (site) =>
      Promise.all([
        put(site, tokyo, PSK.first, 'b25lLWtleS1vZi10b2t5bw', 'SecureString'),
        put(site, virginia, PSK.first, 'YW5vdGhlci1vZi12aXJnaW5pYQ', 'SecureString'),
      ]),
  },
  {
    id: 'key-unfit',
    where: PSK.second,
    plant: (site) =>
      Promise.all([tokyo, virginia].map((each) => put(site, each, PSK.second, 'bm90LWVuY3J5cHRlZA', 'String'))),
  },
  { id: 'key-denied', where: 'tokyo-1' },
  {
    id: 'network-acl',
    where: 'virginia-1',
    plant: async (site) => {
      const api = ec2(site, virginia);
      const { NetworkAcls = [] } = await api.send(new DescribeNetworkAclsCommand());
      const entry = {
        RuleNumber: 50,
        Egress: false,
        Protocol: '17',
        RuleAction: 'deny',
        CidrBlock: '203.0.113.0/24',
      } as const;
      return api.send(new CreateNetworkAclEntryCommand({ NetworkAclId: NetworkAcls[0]?.NetworkAclId, ...entry }));
    },
  },
  {
    id: 'source-dest-check',
    where: 'virginia-2',
    plant: (site) => {
      const NetworkInterfaceId = eniOf(virginia.routers.standby);
      return ec2(site, virginia).send(
        new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, SourceDestCheck: { Value: true } }),
      );
    },
  },
  {
    id: 'status-check',
    where: 'virginia-2',
    plant: ({ emulator }) => emulator.ec2.lifecycle.impair(virginia.region, instanceOf(virginia.routers.standby)),
  },
  {
    id: 'scheduled-event',
    where: 'virginia-1',
    plant: ({ emulator }) =>
      emulator.ec2.lifecycle.schedule(virginia.region, instanceOf(virginia.routers.active), {
        id: 'instance-event-0123456789abcdef0',
        code: 'instance-retirement',
        description: 'The instance is running on degraded hardware',
        notBefore: Date.now() + 7 * 86_400_000,
      }),
  },
  {
    id: 'agent-silent',
    where: 'virginia-1',
    plant: ({ emulator }) =>
      emulator.ssm.agents.set(virginia.region, instanceOf(virginia.routers.active), 'unregistered'),
  },
  { id: 'contact-missing', where: 'virginia-1' },
  {
    id: 'maintenance',
    where: 'virginia-2',
    plant: (site) =>
      run(site, 'maintenance', 'on', 'virginia', 'virginia-2', '--reason', 'new image', '--override', 'last-fit'),
  },
  {
    id: 'replace-refused',
    where: 'rtb-0a1b2c3d4e5f60022 10.2.0.0/20',
    plant: ({ emulator }) =>
      emulator.faults.add({ service: 'ec2', action: 'ReplaceRoute', region: tokyo.region, kind: 'denied' }),
  },
  {
    id: 'throttled',
    where: 'virginia',
    plant: ({ emulator }) =>
      emulator.metrics.put({
        region: virginia.region,
        namespace: 'AWS/EC2/API',
        name: 'RequestLimitExceeded',
        value: 312,
        dimensions: { ActionName: 'ReplaceRoute' },
      }),
  },
];
