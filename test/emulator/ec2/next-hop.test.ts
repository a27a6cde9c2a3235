import {
  DescribeManagedPrefixListsCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
  type ModifyManagedPrefixListCommandInput,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { createEc2 } from '#emulator/ec2/service.ts';
import { account, eni1, eni2, gateway, otherTable, prefixList, region, router1, table } from '../account.fixture.ts';
import { manualClock } from '../manual-clock.ts';
import { openEc2, refusal } from './setup.ts';

test.each([
  ['the longest prefix', '10.2.15.255', { destination: '10.2.0.0/20', eni: eni1, instance: router1, state: 'active' }],
  ['IPv6', '2001:db8:2:ff::1', { destination: '2001:db8:2::/56', eni: eni1 }],
  ['a prefix list’s entry', '10.3.128.1', { destination: '10.3.128.0/17', eni: eni1 }],
  ['the default', '198.51.100.1', { destination: '0.0.0.0/0', target: gateway, eni: undefined, instance: undefined }],
  ['just outside the block', '10.2.16.0', { destination: '0.0.0.0/0', target: gateway }],
  ['the VPC itself', '10.1.200.1', { target: 'local' }],
])('A packet goes by %s', (_name, address, expected) => {
  const ec2 = createEc2({ account: account(), clock: manualClock(), publish: () => undefined });
  expect(ec2.nextHop(region, table, address)).toMatchObject(expected);
});

test('A packet without a route goes nowhere', () => {
  const ec2 = createEc2({ account: account(), clock: manualClock(), publish: () => undefined });
  expect(ec2.nextHop(region, otherTable, '198.51.100.1')).toBeUndefined();
  expect(ec2.nextHop(region, table, '2001:db8:99::1')).toBeUndefined();
});

test('For the same block a static route comes before a prefix list, and that before a propagated route', () => {
  const fixture = account();
  const withRoutes = (routes: { destination: string; target: string; origin?: 'EnableVgwRoutePropagation' }[]) => {
    const regions = Object.fromEntries(
      Object.entries(fixture.regions).map(([name, each]) => [
        name,
        { ...each, routeTables: each.routeTables.map((one) => (one.id === otherTable ? { ...one, routes } : one)) },
      ]),
    );
    const ec2 = createEc2({ account: { regions }, clock: manualClock(), publish: () => undefined });
    return ec2.nextHop(region, otherTable, '10.3.0.1')?.target;
  };
  const propagated = { destination: '10.3.0.0/20', target: 'vgw-1', origin: 'EnableVgwRoutePropagation' as const };
  const list = { destination: prefixList, target: eni1 };
  const fixed = { destination: '10.3.0.0/20', target: eni2 };
  expect(withRoutes([propagated, list, fixed])).toBe(eni2);
  expect(withRoutes([propagated, list])).toBe(eni1);
  expect(withRoutes([propagated])).toBe('vgw-1');
});

test('A stopped router is a blackhole for packets, too', async () => {
  const clock = manualClock();
  const ec2 = createEc2({ account: account(), clock, publish: () => undefined });
  ec2.lifecycle.stop(region, router1);
  await clock.advance(20_000);
  expect(ec2.nextHop(region, table, '10.2.0.5')).toMatchObject({ eni: eni1, instance: router1, state: 'blackhole' });
});

test('A prefix list changes with the version in hand, and packets follow', async () => {
  const { client, ec2 } = await openEc2();
  const { PrefixLists } = await client.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [prefixList] }));
  expect(PrefixLists).toMatchObject([{ PrefixListName: 'far-sites', Version: 1, AddressFamily: 'IPv4' }]);
  const { PrefixList } = await client.send(
    new ModifyManagedPrefixListCommand({
      PrefixListId: prefixList,
      CurrentVersion: 1,
      AddEntries: [{ Cidr: '10.4.0.0/20', Description: 'osaka' }],
      RemoveEntries: [{ Cidr: '10.3.0.0/20' }],
    }),
  );
  expect(PrefixList?.Version).toBe(2);
  const { Entries } = await client.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: prefixList }));
  expect(Entries).toEqual([{ Cidr: '10.3.128.0/17' }, { Cidr: '10.4.0.0/20', Description: 'osaka' }]);
  expect(ec2.nextHop(region, table, '10.4.0.1')?.target).toBe(eni1);
  expect(ec2.nextHop(region, table, '10.3.0.1')?.target).toBe(gateway);
});

test.each<[string, string, Partial<ModifyManagedPrefixListCommandInput>]>([
  [
    'a version that is not current',
    'PrefixListVersionMismatch',
    { CurrentVersion: 7, AddEntries: [{ Cidr: '10.4.0.0/20' }] },
  ],
  ['no version', 'PrefixListVersionMismatch', { AddEntries: [{ Cidr: '10.4.0.0/20' }] }],
  [
    'an entry of the other family',
    'InvalidParameterValue',
    { CurrentVersion: 1, AddEntries: [{ Cidr: '2001:db8::/32' }] },
  ],
  [
    'removing what is not there',
    'InvalidParameterValue',
    { CurrentVersion: 1, RemoveEntries: [{ Cidr: '10.9.0.0/20' }] },
  ],
  ['an unknown list', 'InvalidPrefixListID.NotFound', { PrefixListId: 'pl-00000000' }],
  [
    'more than fits',
    'PrefixListMaxEntriesExceeded',
    { CurrentVersion: 1, MaxEntries: 2, AddEntries: [{ Cidr: '10.4.0.0/20' }] },
  ],
])('ModifyManagedPrefixList refuses %s with %s', async (_name, code, input) => {
  const { client } = await openEc2();
  const call = client.send(new ModifyManagedPrefixListCommand({ PrefixListId: prefixList, ...input }));
  expect(await refusal(call)).toMatchObject({ code, status: 400 });
});
