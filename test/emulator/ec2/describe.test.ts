import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  type DescribeRouteTablesCommandInput,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { createEc2 } from '#emulator/ec2/service.ts';
import {
  account,
  edgeTable,
  eni1,
  eni2,
  foreignTable,
  frontSubnet,
  gateway,
  otherTable,
  otherVpc,
  prefixList,
  router1,
  router2,
  table,
  twoLegged,
  vpc,
} from '../account.fixture.ts';
import { manualClock } from '../manual-clock.ts';
import { openEc2, refusal } from './setup.ts';

test.each<[string, string[], string[]]>([
  ['route-table-id', [table, otherTable], [table, otherTable]],
  ['vpc-id', [otherVpc], [foreignTable]],
  ['association.main', ['true'], [table]],
  ['association.subnet-id', [frontSubnet], [otherTable]],
  ['association.gateway-id', [gateway], [edgeTable]],
  ['association.route-table-id', [otherTable, foreignTable], [otherTable]],
  ['route.destination-cidr-block', ['10.2.0.0/20'], [table, otherTable]],
  ['route.destination-ipv6-cidr-block', ['2001:db8:2::/56'], [table]],
  ['route.destination-prefix-list-id', [prefixList], [table]],
  ['route.gateway-id', [gateway], [table]],
  ['route.gateway-id', ['local'], [table, otherTable, edgeTable, foreignTable]],
  ['route.instance-id', [router2], [otherTable]],
  ['route.origin', ['EnableVgwRoutePropagation'], [table]],
  ['route.state', ['blackhole'], []],
  ['tag:vyos-failover', ['tokyo'], [table]],
  ['tag:vyos-failover', ['virginia'], []],
  ['tag-key', ['vyos-failover'], [table]],
  ['tag:Name', ['fr?nt*'], [table]],
  ['tag:Name', ['front\\*'], [table]],
  ['tag:Name', ['fron\\*'], []],
  ['tag:Name', ['fr.nt*'], []],
])('DescribeRouteTables filtered by %s = %j shows %j', async (Name, Values, expected) => {
  const { client } = await openEc2();
  const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ Filters: [{ Name, Values }] }));
  expect(RouteTables?.map(({ RouteTableId }) => RouteTableId)).toEqual(expected);
});

test('Filters of different names must all match', async () => {
  const { client } = await openEc2();
  const { RouteTables } = await client.send(
    new DescribeRouteTablesCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpc] },
        { Name: 'route.instance-id', Values: [router2] },
      ],
    }),
  );
  expect(RouteTables?.map(({ RouteTableId }) => RouteTableId)).toEqual([otherTable]);
});

test('A table shows its VPC, owner, tags and associations', async () => {
  const { client } = await openEc2();
  const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ RouteTableIds: [otherTable] }));
  expect(RouteTables?.[0]).toMatchObject({
    VpcId: vpc,
    OwnerId: '123456789012',
    Tags: [],
    Associations: [
      { RouteTableId: otherTable, SubnetId: frontSubnet, Main: false, AssociationState: { State: 'associated' } },
    ],
  });
});

test('Pages follow each other until there is no token', async () => {
  const fixture = account();
  const regions = Object.fromEntries(
    Object.entries(fixture.regions).map(([name, each]) => [
      name,
      {
        ...each,
        routeTables: Array.from({ length: 12 }, (_, n) => ({ id: `rtb-000000${10 + n}`, vpc, routes: [] })),
      },
    ]),
  );
  const { client } = await openEc2({ account: { regions } });
  const pages: number[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await client.send(new DescribeRouteTablesCommand({ MaxResults: 5, NextToken }));
    pages.push(answer.RouteTables?.length ?? 0);
    ({ NextToken } = answer);
  } while (NextToken !== undefined);
  expect(pages).toEqual([5, 5, 2]);
});

test.each<[string, string, DescribeRouteTablesCommandInput]>([
  ['an unknown filter', 'InvalidParameterValue', { Filters: [{ Name: 'colour', Values: ['red'] }] }],
  ['an unknown table', 'InvalidRouteTableID.NotFound', { RouteTableIds: ['rtb-00000000'] }],
  ['a malformed table', 'InvalidRouteTableId.Malformed', { RouteTableIds: ['banana'] }],
  ['a page of 4', 'InvalidParameterValue', { MaxResults: 4 }],
  ['a page of 101', 'InvalidParameterValue', { MaxResults: 101 }],
  ['pages of named tables', 'InvalidParameterCombination', { MaxResults: 5, RouteTableIds: [table] }],
  ['a token that it never gave', 'InvalidNextToken', { NextToken: 'banana' }],
])('DescribeRouteTables refuses %s with %s', async (_name, code, input) => {
  const { client } = await openEc2();
  expect(await refusal(client.send(new DescribeRouteTablesCommand(input)))).toMatchObject({ code, status: 400 });
});

test('An action that is not there is InvalidAction', async () => {
  const { client } = await openEc2();
  const call = client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 }));
  expect(await refusal(call)).toMatchObject({ code: 'InvalidAction', status: 400 });
});

test('Instances show state, addresses, role, tags and interfaces in order', async () => {
  const { client } = await openEc2();
  const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [router1, twoLegged] }));
  const instances = Reservations?.flatMap((each) => each.Instances ?? []);
  expect(instances?.[0]).toMatchObject({
    InstanceId: router1,
    State: { Name: 'running', Code: 16 },
    PrivateIpAddress: '10.1.100.10',
    PublicIpAddress: '203.0.113.10',
    VpcId: vpc,
    SourceDestCheck: false,
    IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/router' },
    NetworkInterfaces: [{ NetworkInterfaceId: eni1, Attachment: { DeviceIndex: 0, Status: 'attached' } }],
  });
  expect(instances?.[0]?.Tags).toContainEqual({ Key: 'pair', Value: 'tokyo' });
  expect(instances?.[1]?.NetworkInterfaces?.map(({ Attachment }) => Attachment?.DeviceIndex)).toEqual([0, 1]);
});

test('Instances can be found by tag and state', async () => {
  const { client, ec2 } = await openEc2();
  ec2.lifecycle.stop('ap-northeast-1', router1);
  const { Reservations } = await client.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: 'tag:pair', Values: ['tokyo'] },
        { Name: 'instance-state-name', Values: ['running'] },
      ],
    }),
  );
  expect(Reservations?.flatMap((each) => each.Instances?.map(({ InstanceId }) => InstanceId))).toEqual([router2]);
});

test('The source/destination check can be switched, and shows', async () => {
  const { client } = await openEc2();
  const check = async () => {
    const { NetworkInterfaces } = await client.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni1] }),
    );
    return NetworkInterfaces?.[0]?.SourceDestCheck;
  };
  expect(await check()).toBe(false);
  await client.send(
    new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: eni1, SourceDestCheck: { Value: true } }),
  );
  expect(await check()).toBe(true);
  const nothing = client.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: eni1 }));
  expect(await refusal(nothing)).toMatchObject({ code: 'MissingParameter' });
});

test('An interface shows whose it is; a loose one is available', async () => {
  const { client } = await openEc2();
  const { NetworkInterfaces } = await client.send(new DescribeNetworkInterfacesCommand({}));
  expect(NetworkInterfaces?.map(({ Status, Attachment }) => [Status, Attachment?.InstanceId])).toEqual([
    ['in-use', router1],
    ['in-use', router2],
    ['available', undefined],
    ['available', undefined],
    ['in-use', twoLegged],
    ['in-use', twoLegged],
  ]);
});

test('An address knows its instance and interface', async () => {
  const { client } = await openEc2();
  const { Addresses } = await client.send(new DescribeAddressesCommand({ PublicIps: ['203.0.113.10'] }));
  expect(Addresses).toMatchObject([{ InstanceId: router1, NetworkInterfaceId: eni1, PrivateIpAddress: '10.1.100.10' }]);
  const unknown = client.send(new DescribeAddressesCommand({ PublicIps: ['203.0.113.99'] }));
  expect(await refusal(unknown)).toMatchObject({ code: 'InvalidAddress.NotFound' });
});

test('VPCs and subnets are there as in the fixture', async () => {
  const { client } = await openEc2();
  const { Vpcs } = await client.send(new DescribeVpcsCommand({ VpcIds: [vpc] }));
  expect(Vpcs).toMatchObject([{ VpcId: vpc, CidrBlock: '10.1.0.0/16', State: 'available' }]);
  const { Subnets } = await client.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }));
  expect(Subnets?.map(({ CidrBlock }) => CidrBlock)).toEqual(['10.1.0.0/20', '10.1.100.0/24']);
});

test('A subnet moves from one table to another in one call', async () => {
  const { client, door } = await openEc2();
  const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ RouteTableIds: [otherTable] }));
  const AssociationId = RouteTables?.[0]?.Associations?.[0]?.RouteTableAssociationId ?? '';
  const move = new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: table });
  const { NewAssociationId } = await client.send(move);
  expect(door.calls.at(-1)?.resources.map(({ arn }) => arn.split(':').at(-1))).toEqual([
    `route-table/${table}`,
    `subnet/${frontSubnet}`,
  ]);
  const after = await client.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [frontSubnet] }] }),
  );
  expect(after.RouteTables?.map(({ RouteTableId }) => RouteTableId)).toEqual([table]);
  expect(after.RouteTables?.[0]?.Associations).toContainEqual(
    expect.objectContaining({ RouteTableAssociationId: NewAssociationId, SubnetId: frontSubnet }),
  );
  expect(await refusal(client.send(move))).toMatchObject({ code: 'InvalidAssociationID.NotFound' });
});

test('IAM is asked about the route table with its tags and VPC, and about * for a Describe', async () => {
  const { client, door } = await openEc2();
  await client.send(
    new ReplaceRouteCommand({ RouteTableId: table, DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eni2 }),
  );
  await client.send(new DescribeRouteTablesCommand({}));
  expect(door.calls.map(({ action, resources }) => [action, resources])).toEqual([
    [
      'ec2:ReplaceRoute',
      [
        {
          arn: `arn:aws:ec2:ap-northeast-1:123456789012:route-table/${table}`,
          context: {
            'ec2:Region': 'ap-northeast-1',
            'ec2:RouteTableID': table,
            'ec2:Vpc': `arn:aws:ec2:ap-northeast-1:123456789012:vpc/${vpc}`,
            'aws:ResourceTag/vyos-failover': 'tokyo',
            'ec2:ResourceTag/vyos-failover': 'tokyo',
            'aws:ResourceTag/Name': 'front*',
            'ec2:ResourceTag/Name': 'front*',
          },
        },
      ],
    ],
    ['ec2:DescribeRouteTables', [{ arn: '*', context: { 'ec2:Region': 'ap-northeast-1' } }]],
  ]);
  expect(door.calls[0]?.input).toEqual({
    RouteTableId: table,
    DestinationCidrBlock: '10.2.0.0/20',
    NetworkInterfaceId: eni2,
  });
});

test('A fixture whose references lead nowhere is refused with all of them', () => {
  const broken = {
    regions: {
      'us-east-1': {
        vpcs: [{ id: vpc, cidr: 'banana' }],
        subnets: [{ id: frontSubnet, vpc: otherVpc, cidr: '10.1.0.0/20' }],
        interfaces: [],
        instances: [{ id: router1, interfaces: [eni1] }],
        routeTables: [{ id: table, vpc, routes: [{ destination: prefixList, target: eni2 }] }],
      },
    },
  };
  const create = () => createEc2({ account: broken, clock: manualClock(), publish: () => undefined });
  for (const wrong of ['banana', otherVpc, eni1, eni2, prefixList]) expect(create).toThrow(wrong);
});

test.each([
  ['200 values', [{ Name: 'route-table-id', Values: Array.from({ length: 200 }, (_, i) => `rtb-${i}`) }]],
  [
    '200 values in two filters',
    ['a', 'b'].map((tag) => ({ Name: `tag:${tag}`, Values: Array.from({ length: tag === 'a' ? 199 : 1 }, String) })),
  ],
  ['51 filters', Array.from({ length: 51 }, (_, i) => ({ Name: `tag:${i}`, Values: ['x'] }))],
])('EC2 refuses %s', async (_, Filters) => {
  const { client } = await openEc2();
  const call = client.send(new DescribeRouteTablesCommand({ Filters }));
  expect(await refusal(call)).toMatchObject({ code: 'FilterLimitExceeded', status: 400 });
});
