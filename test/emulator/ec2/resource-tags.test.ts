import { CreateTagsCommand, DeleteTagsCommand, DescribeRouteTablesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { otherTable, table } from '../account.fixture.ts';
import { openEc2, refusal } from './setup.ts';

async function tagsOf(client: EC2Client, id = table) {
  const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
  return Object.fromEntries((RouteTables?.[0]?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
}

const create = (client: EC2Client, ids: string[], tags: Record<string, string>) =>
  client.send(
    new CreateTagsCommand({ Resources: ids, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  );

test('CreateTags adds tags to several route tables, and overwrites those with the same key', async () => {
  const { client } = await openEc2();
  const before = await tagsOf(client);
  await create(client, [table, otherTable], { mark: 'a' });
  await create(client, [table], { mark: 'b', more: '' });
  expect(await tagsOf(client)).toEqual({ ...before, mark: 'b', more: '' });
  expect(await tagsOf(client, otherTable)).toMatchObject({ mark: 'a' });
});

test('DeleteTags deletes a tag with a value only where it has that value, and one without by its key', async () => {
  const { client } = await openEc2();
  const before = await tagsOf(client);
  await create(client, [table], { mark: 'a', more: 'b' });
  const doomed = (Tags: { Key: string; Value?: string }[]) =>
    client.send(new DeleteTagsCommand({ Resources: [table], Tags }));
  await doomed([{ Key: 'mark', Value: 'other' }]);
  expect(await tagsOf(client)).toEqual({ ...before, mark: 'a', more: 'b' });
  await doomed([{ Key: 'mark', Value: 'a' }, { Key: 'more' }, { Key: 'never-there' }]);
  expect(await tagsOf(client)).toEqual(before);
});

test('Tags of a table that does not exist, and reserved keys, are refused', async () => {
  const { client } = await openEc2();
  expect(await refusal(create(client, ['rtb-0123456789abcdef0'], { mark: 'a' }))).toMatchObject({
    code: 'InvalidRouteTableID.NotFound',
  });
  expect(await refusal(create(client, [table], { 'aws:x': 'a' }))).toMatchObject({ code: 'InvalidParameterValue' });
});
