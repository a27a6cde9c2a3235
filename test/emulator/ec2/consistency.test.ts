import {
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { awsLimits } from '#emulator/ec2/throttle.ts';
import { eni1, eni2, otherTable, router1, table } from '../account.fixture.ts';
import { openEc2, refusal } from './setup.ts';

const move = (client: EC2Client, NetworkInterfaceId: string) =>
  client.send(
    new ReplaceRouteCommand({ RouteTableId: table, DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId }),
  );

const target = async (client: EC2Client) => {
  const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ RouteTableIds: [table] }));
  return RouteTables?.[0]?.Routes?.find((route) => route.DestinationCidrBlock === '10.2.0.0/20')?.NetworkInterfaceId;
};

test('A stale read shows the route as it was before the last write, while packets already go the new way', async () => {
  const { client, door, ec2 } = await openEc2();
  await move(client, eni2);
  door.alter({ staleReads: true });
  expect(await target(client)).toBe(eni1);
  expect(ec2.nextHop('ap-northeast-1', table, '10.2.0.5')?.eni).toBe(eni2);
  door.alter({ staleReads: false });
  expect(await target(client)).toBe(eni2);
});

test('Within the window of consistency every Describe shows the region of that long ago', async () => {
  const { client, clock } = await openEc2({ consistencyMs: 500 });
  await move(client, eni2);
  expect(await target(client)).toBe(eni1);
  await clock.advance(300);
  await move(client, eni1);
  await clock.advance(199);
  expect(await target(client)).toBe(eni1);
  await clock.advance(1);
  expect(await target(client)).toBe(eni2);
  await clock.advance(300);
  expect(await target(client)).toBe(eni1);
});

test('A Describe may lag behind the event of a state that EC2 has published, by so much', async () => {
  const { client, clock, door, ec2 } = await openEc2();
  const state = async () => {
    const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [router1] }));
    return Reservations?.[0]?.Instances?.[0]?.State?.Name;
  };
  ec2.lifecycle.stop('ap-northeast-1', router1);
  door.alter({ staleReads: 3_000 });
  expect(await state()).toBe('running');
  await clock.advance(2_999);
  expect(await state()).toBe('running');
  await clock.advance(1);
  expect(await state()).toBe('stopping');
});

test('A write builds on the last one, however stale the reads are', async () => {
  const { client, door, ec2 } = await openEc2({ consistencyMs: 60_000 });
  door.alter({ staleReads: true });
  await move(client, eni2);
  await client.send(
    new ReplaceRouteCommand({
      RouteTableId: otherTable,
      DestinationCidrBlock: '10.2.0.0/20',
      NetworkInterfaceId: eni1,
    }),
  );
  const hops = [table, otherTable].map((id) => ec2.nextHop('ap-northeast-1', id, '10.2.0.5')?.eni);
  expect(hops).toEqual([eni2, eni1]);
});

test('Fifty routes move in one burst, then five a second', async () => {
  const { client, clock } = await openEc2({ throttle: awsLimits });
  for (let n = 0; n < 50; n += 1) await move(client, eni2);
  expect(await refusal(move(client, eni2))).toMatchObject({ code: 'RequestLimitExceeded', status: 503 });
  await clock.advance(199);
  expect(await refusal(move(client, eni2))).toMatchObject({ code: 'RequestLimitExceeded' });
  await clock.advance(1);
  await move(client, eni2);
  expect(await refusal(move(client, eni2))).toMatchObject({ code: 'RequestLimitExceeded' });
});

test('Every action has a bucket of its own, and asking for everything has a smaller one', async () => {
  const one = { size: 1, refill: 1 };
  const throttle = {
    mutating: one,
    nonMutating: { size: 2, refill: 1 },
    unfiltered: one,
    modifyNetworkInterfaceAttribute: one,
  };
  const { client } = await openEc2({ throttle });
  const describe = (InstanceIds?: string[]) => client.send(new DescribeInstancesCommand({ InstanceIds }));
  await move(client, eni2);
  await describe();
  expect(await refusal(describe())).toMatchObject({ code: 'RequestLimitExceeded' });
  await describe([router1]);
  await describe([router1]);
  expect(await refusal(describe([router1]))).toMatchObject({ code: 'RequestLimitExceeded' });
  await client.send(
    new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: eni1, SourceDestCheck: { Value: false } }),
  );
});
