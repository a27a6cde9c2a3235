import {
  CreateRouteCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  ReplaceRouteCommand,
  type ReplaceRouteCommandInput,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import {
  edgeTable,
  eni1,
  eni2,
  foreignEni,
  foreignTable,
  gateway,
  looseEni,
  otherTable,
  prefixList,
  router1,
  router2,
  table,
  twoLegged,
} from '../account.fixture.ts';
import { openEc2, refusal } from './setup.ts';

async function routesOf(client: EC2Client, id = table) {
  const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
  return RouteTables?.[0]?.Routes ?? [];
}

const replace = (client: EC2Client, input: Partial<ReplaceRouteCommandInput>) =>
  client.send(new ReplaceRouteCommand({ RouteTableId: table, ...input }));

test('A route to an interface shows the interface, its instance, the owner and that it is active', async () => {
  const { client } = await openEc2();
  expect(await routesOf(client)).toContainEqual({
    DestinationCidrBlock: '10.2.0.0/20',
    NetworkInterfaceId: eni1,
    InstanceId: router1,
    InstanceOwnerId: '123456789012',
    Origin: 'CreateRoute',
    State: 'active',
  });
});

test('Every table has its VPC’s local route', async () => {
  const { client } = await openEc2();
  const local = {
    DestinationCidrBlock: '10.1.0.0/16',
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
    State: 'active',
  };
  expect(await routesOf(client)).toContainEqual(local);
});

test.each([
  ['IPv4', { DestinationCidrBlock: '10.2.0.0/20' }],
  ['IPv4 with host bits', { DestinationCidrBlock: '10.2.3.4/20' }],
  ['IPv6', { DestinationIpv6CidrBlock: '2001:db8:2::/56' }],
  ['IPv6 in another spelling', { DestinationIpv6CidrBlock: '2001:0DB8:0002:0000::5/56' }],
  ['a prefix list', { DestinationPrefixListId: prefixList }],
])('ReplaceRoute moves a route by %s', async (_name, destination) => {
  const { client } = await openEc2();
  await replace(client, { ...destination, NetworkInterfaceId: eni2 });
  const moved = (await routesOf(client)).filter(({ NetworkInterfaceId }) => NetworkInterfaceId === eni2);
  expect(moved).toHaveLength(1);
  expect(moved[0]).toMatchObject({ InstanceId: router2, State: 'active', Origin: 'CreateRoute' });
});

test('An instance with one interface may stand for it', async () => {
  const { client } = await openEc2();
  await replace(client, { DestinationCidrBlock: '10.2.0.0/20', InstanceId: router2 });
  expect(await routesOf(client)).toContainEqual(expect.objectContaining({ NetworkInterfaceId: eni2 }));
});

test('A dry run says that the caller may, and moves nothing', async () => {
  const { client } = await openEc2();
  const before = await routesOf(client);
  const call = replace(client, { DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eni2, DryRun: true });
  expect(await refusal(call)).toMatchObject({ code: 'DryRunOperation', status: 412 });
  expect(await routesOf(client)).toEqual(before);
});

test.each<[string, Partial<ReplaceRouteCommandInput>]>([
  ['no such interface', { NetworkInterfaceId: 'eni-00000000' }],
  ['no such route', { DestinationCidrBlock: '10.99.0.0/20' }],
  ['no such table', { RouteTableId: 'rtb-00000000' }],
])('A dry run says so of a call that would be refused, for %s', async (_, wrong) => {
  const { client } = await openEc2();
  const call = replace(client, {
    DestinationCidrBlock: '10.2.0.0/20',
    NetworkInterfaceId: eni2,
    DryRun: true,
    ...wrong,
  });
  expect(await refusal(call)).toMatchObject({ code: 'DryRunOperation' });
});

test.each<[string, string, Partial<ReplaceRouteCommandInput>]>([
  ['no table', 'MissingParameter', { RouteTableId: '', DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eni2 }],
  [
    'a malformed table',
    'InvalidRouteTableId.Malformed',
    { RouteTableId: 'banana', DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eni2 },
  ],
  [
    'an unknown table',
    'InvalidRouteTableID.NotFound',
    { RouteTableId: 'rtb-00000000', DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eni2 },
  ],
  ['no destination', 'MissingParameter', { NetworkInterfaceId: eni2 }],
  [
    'two destinations',
    'InvalidParameterCombination',
    { DestinationCidrBlock: '10.2.0.0/20', DestinationPrefixListId: prefixList, NetworkInterfaceId: eni2 },
  ],
  [
    'a destination that is no block',
    'InvalidParameterValue',
    { DestinationCidrBlock: 'banana', NetworkInterfaceId: eni2 },
  ],
  ['an impossible length', 'InvalidParameterValue', { DestinationCidrBlock: '10.2.0.0/33', NetworkInterfaceId: eni2 }],
  [
    'an address without a length',
    'InvalidParameterValue',
    { DestinationCidrBlock: '10.2.0.0', NetworkInterfaceId: eni2 },
  ],
  [
    'IPv6 in the IPv4 parameter',
    'InvalidParameterValue',
    { DestinationCidrBlock: '2001:db8:2::/56', NetworkInterfaceId: eni2 },
  ],
  [
    'a malformed prefix list',
    'InvalidPrefixListId.Malformed',
    { DestinationPrefixListId: 'pl-x', NetworkInterfaceId: eni2 },
  ],
  ['no target', 'MissingParameter', { DestinationCidrBlock: '10.2.0.0/20' }],
  [
    'two targets',
    'InvalidParameterCombination',
    { DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eni2, GatewayId: gateway },
  ],
  [
    'a malformed interface',
    'InvalidNetworkInterfaceId.Malformed',
    { DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: 'banana' },
  ],
  [
    'an unknown interface',
    'InvalidNetworkInterfaceID.NotFound',
    { DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: 'eni-00000000' },
  ],
  [
    'an interface of another VPC',
    'InvalidParameterValue',
    { DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: foreignEni },
  ],
  ['a malformed instance', 'InvalidInstanceID.Malformed', { DestinationCidrBlock: '10.2.0.0/20', InstanceId: 'i-x' }],
  [
    'an instance with two interfaces',
    'InvalidInstanceID',
    { DestinationCidrBlock: '10.2.0.0/20', InstanceId: twoLegged },
  ],
  [
    'an unknown gateway',
    'InvalidGatewayID.NotFound',
    { DestinationCidrBlock: '10.2.0.0/20', GatewayId: 'igw-00000000' },
  ],
  ['a propagated route', 'InvalidParameterValue', { DestinationCidrBlock: '10.7.0.0/16', NetworkInterfaceId: eni2 }],
  [
    'an internet gateway for the local route',
    'InvalidParameterValue',
    { DestinationCidrBlock: '10.1.0.0/16', GatewayId: gateway },
  ],
  [
    'the target local for somewhere else',
    'InvalidParameterValue',
    { DestinationCidrBlock: '10.2.0.0/20', LocalTarget: true },
  ],
])('ReplaceRoute refuses %s with %s', async (_name, code, input) => {
  const { client } = await openEc2();
  const before = await routesOf(client);
  expect(await refusal(replace(client, input))).toMatchObject({ code, status: 400 });
  expect(await routesOf(client)).toEqual(before);
});

test('ReplaceRoute never creates: an unknown destination is refused in EC2’s words', async () => {
  const { client } = await openEc2();
  const call = replace(client, { DestinationCidrBlock: '10.99.0.0/20', NetworkInterfaceId: eni2 });
  expect(await refusal(call)).toEqual({
    code: 'InvalidParameterValue',
    status: 400,
    message: "There is no route defined for '10.99.0.0/20' in the route table. Use CreateRoute instead.",
  });
});

test('The local route may go to an interface and come back', async () => {
  const { client } = await openEc2();
  await replace(client, { DestinationCidrBlock: '10.1.0.0/16', NetworkInterfaceId: eni2 });
  expect(await routesOf(client)).toContainEqual(
    expect.objectContaining({ DestinationCidrBlock: '10.1.0.0/16', NetworkInterfaceId: eni2 }),
  );
  await replace(client, { DestinationCidrBlock: '10.1.0.0/16', LocalTarget: true });
  expect(await routesOf(client)).toContainEqual(
    expect.objectContaining({ DestinationCidrBlock: '10.1.0.0/16', GatewayId: 'local' }),
  );
});

test('A route appears with CreateRoute, canonical, and goes with DeleteRoute', async () => {
  const { client } = await openEc2();
  await client.send(
    new CreateRouteCommand({
      RouteTableId: otherTable,
      DestinationCidrBlock: '100.68.0.18/18',
      NetworkInterfaceId: eni1,
    }),
  );
  expect(await routesOf(client, otherTable)).toContainEqual(
    expect.objectContaining({ DestinationCidrBlock: '100.68.0.0/18', NetworkInterfaceId: eni1 }),
  );
  await client.send(new DeleteRouteCommand({ RouteTableId: otherTable, DestinationCidrBlock: '100.68.0.0/18' }));
  const left = (await routesOf(client, otherTable)).map(({ DestinationCidrBlock }) => DestinationCidrBlock);
  expect(left).toEqual(['10.1.0.0/16', '10.2.0.0/20']);
});

test.each([
  [
    'a route that is there',
    'RouteAlreadyExists',
    { RouteTableId: table, DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eni2 },
  ],
  [
    'an unknown prefix list',
    'InvalidPrefixListID.NotFound',
    { RouteTableId: table, DestinationPrefixListId: 'pl-00000000', NetworkInterfaceId: eni2 },
  ],
  [
    'part of a subnet',
    'InvalidParameterValue',
    { RouteTableId: table, DestinationCidrBlock: '10.1.0.0/24', NetworkInterfaceId: eni2 },
  ],
  [
    'a subnet by way of a gateway',
    'InvalidParameterValue',
    { RouteTableId: table, DestinationCidrBlock: '10.1.0.0/20', GatewayId: gateway },
  ],
  [
    'a prefix list in an edge table',
    'InvalidParameterValue',
    { RouteTableId: edgeTable, DestinationPrefixListId: prefixList, NetworkInterfaceId: eni2 },
  ],
  [
    'the world in an edge table',
    'InvalidParameterValue',
    { RouteTableId: edgeTable, DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eni2 },
  ],
  [
    'a gateway in an edge table',
    'InvalidParameterValue',
    { RouteTableId: edgeTable, DestinationCidrBlock: '10.1.0.0/20', GatewayId: gateway },
  ],
])('CreateRoute refuses %s with %s', async (_name, code, input) => {
  const { client } = await openEc2();
  expect(await refusal(client.send(new CreateRouteCommand(input)))).toMatchObject({ code, status: 400 });
});

test('A subnet of the VPC may be routed through an interface, in a subnet’s and in an edge table', async () => {
  const { client } = await openEc2();
  for (const RouteTableId of [table, edgeTable]) {
    await client.send(
      new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '10.1.0.0/20', NetworkInterfaceId: eni2 }),
    );
    expect(await routesOf(client, RouteTableId)).toContainEqual(
      expect.objectContaining({ DestinationCidrBlock: '10.1.0.0/20', NetworkInterfaceId: eni2 }),
    );
  }
});

test.each([
  ['a route that is not there', 'InvalidRoute.NotFound', { RouteTableId: table, DestinationCidrBlock: '10.99.0.0/16' }],
  ['the local route', 'InvalidParameterValue', { RouteTableId: table, DestinationCidrBlock: '10.1.0.0/16' }],
  ['a propagated route', 'InvalidRoute.NotFound', { RouteTableId: table, DestinationCidrBlock: '10.7.0.0/16' }],
])('DeleteRoute refuses %s with %s', async (_name, code, input) => {
  const { client } = await openEc2();
  expect(await refusal(client.send(new DeleteRouteCommand(input)))).toMatchObject({ code, status: 400 });
});

test('A route to an unattached interface is accepted, and is a blackhole', async () => {
  const { client } = await openEc2();
  await replace(client, { DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: looseEni });
  const [route] = (await routesOf(client)).filter(({ NetworkInterfaceId }) => NetworkInterfaceId === looseEni);
  expect(route).toEqual({
    DestinationCidrBlock: '10.2.0.0/20',
    NetworkInterfaceId: looseEni,
    Origin: 'CreateRoute',
    State: 'blackhole',
  });
});

test('An interface cannot be routed to from another VPC’s table', async () => {
  const { client } = await openEc2();
  const call = client.send(
    new CreateRouteCommand({
      RouteTableId: foreignTable,
      DestinationCidrBlock: '10.2.0.0/20',
      NetworkInterfaceId: eni1,
    }),
  );
  expect(await refusal(call)).toMatchObject({ code: 'InvalidParameterValue' });
});
