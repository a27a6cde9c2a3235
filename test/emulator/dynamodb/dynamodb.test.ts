import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from 'vitest';
import { createDynamoDb } from '#emulator/dynamodb/service.ts';
import { account, region } from '../account.fixture.ts';
import { openFrontDoor } from '../front-door.ts';
import { refusal } from '../refusal.ts';

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()));
});

const TableName = 'site';

/** A table as a template has it: partition key `pk`, sort key `sk`, a TTL. */
async function open() {
  const dynamodb = createDynamoDb({ account: account() });
  await dynamodb.tables(region).create({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  const door = await openFrontDoor(dynamodb.service);
  const client = new DynamoDBClient(door.client());
  opened.push(async () => {
    client.destroy();
    await door.close();
  });
  return { client, door };
}

const key = (sk: string) => ({ pk: { S: 'tokyo' }, sk: { S: sk } });

const put = (sk: string, epoch: number) =>
  new PutItemCommand({ TableName, Item: { ...key(sk), epoch: { N: String(epoch) } } });

test('What was put is there for a consistent read, and gone after a delete that returns it', async () => {
  const { client } = await open();
  await client.send(put('lease', 1));
  const get = new GetItemCommand({ TableName, Key: key('lease'), ConsistentRead: true });
  expect((await client.send(get)).Item).toEqual({ ...key('lease'), epoch: { N: '1' } });
  const { Attributes } = await client.send(
    new DeleteItemCommand({ TableName, Key: key('lease'), ReturnValues: 'ALL_OLD' }),
  );
  expect(Attributes?.['epoch']).toEqual({ N: '1' });
  expect((await client.send(get)).Item).toBeUndefined();
});

test('Of twenty racers for a lease one wins', async () => {
  const { client } = await open();
  const racers = Array.from({ length: 20 }, (_, racer) =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key: key('lease'),
        UpdateExpression: 'SET #owner = :me, epoch = if_not_exists(epoch, :zero) + :one',
        ConditionExpression: 'attribute_not_exists(#owner)',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':me': { S: `racer-${racer}` }, ':zero': { N: '0' }, ':one': { N: '1' } },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  const outcomes = await Promise.allSettled(racers);
  const won = outcomes.filter(({ status }) => status === 'fulfilled');
  const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
  expect(won).toHaveLength(1);
  expect(new Set(lost.map(({ name }) => name))).toEqual(new Set(['ConditionalCheckFailedException']));
});

test('A failed condition brings the item along only if it was asked for', async () => {
  const { client } = await open();
  await client.send(put('lease', 7));
  const attempt = (ReturnValuesOnConditionCheckFailure: 'ALL_OLD' | 'NONE') =>
    client
      .send(
        new PutItemCommand({
          TableName,
          Item: key('lease'),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure,
        }),
      )
      .catch((error: unknown) => error);
  const withItem = await attempt('ALL_OLD');
  expect(withItem).toBeInstanceOf(ConditionalCheckFailedException);
  expect(withItem).toMatchObject({ Item: { ...key('lease'), epoch: { N: '7' } } });
  expect(await attempt('NONE')).toHaveProperty('Item', undefined);
});

test('Query finds a partition’s items in order, backwards too, and Scan all', async () => {
  const { client } = await open();
  for (const sk of ['history#2', 'history#1', 'lease']) await client.send(put(sk, 1));
  const query = new QueryCommand({
    TableName,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': { S: 'tokyo' }, ':prefix': { S: 'history#' } },
    ScanIndexForward: false,
  });
  expect((await client.send(query)).Items?.map(({ sk }) => sk?.S)).toEqual(['history#2', 'history#1']);
  expect((await client.send(new ScanCommand({ TableName }))).Count).toBe(3);
});

test('A stale read shows what was before the last write, unless the read is consistent', async () => {
  const { client, door } = await open();
  await client.send(put('lease', 1));
  await client.send(put('lease', 2));
  door.alter({ staleReads: true });
  const epoch = async (ConsistentRead: boolean) =>
    (await client.send(new GetItemCommand({ TableName, Key: key('lease'), ConsistentRead }))).Item?.['epoch']?.N;
  expect([await epoch(false), await epoch(true)]).toEqual(['1', '2']);
  const { Items } = await client.send(new ScanCommand({ TableName }));
  expect(Items?.map((item) => item['epoch']?.N)).toEqual(['1']);
});

test('IAM is asked about the table, with the partition key where the call names it', async () => {
  const { client, door } = await open();
  await client.send(put('lease', 1));
  await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#k = :pk',
      ExpressionAttributeNames: { '#k': 'pk' },
      ExpressionAttributeValues: { ':pk': { S: 'tokyo' } },
    }),
  );
  await client.send(new ScanCommand({ TableName }));
  const arn = `arn:aws:dynamodb:${region}:123456789012:table/site`;
  const context = { 'dynamodb:LeadingKeys': ['tokyo'] };
  expect(door.calls.map(({ action, resources }) => [action, resources])).toEqual([
    ['dynamodb:PutItem', [{ arn, context }]],
    ['dynamodb:Query', [{ arn, context }]],
    ['dynamodb:Scan', [{ arn }]],
  ]);
});

test('The table is described with the account’s own ARN and its TTL', async () => {
  const { client } = await open();
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    TableArn: `arn:aws:dynamodb:${region}:123456789012:table/site`,
  });
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
});

test('A call made while the table is being created waits for it', async () => {
  const dynamodb = createDynamoDb({ account: account() });
  const door = await openFrontDoor(dynamodb.service);
  const client = new DynamoDBClient(door.client());
  opened.push(async () => {
    client.destroy();
    await door.close();
  });
  const creating = dynamodb.tables(region).create({
    TableName,
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  });
  await client.send(put('lease', 1));
  expect(await creating).toMatchObject({ name: TableName, key: ['pk'] });
});

test('Regions have tables of their own', async () => {
  const twoRegions = account();
  const dynamodb = createDynamoDb({
    account: {
      regions: {
        ...twoRegions.regions,
        'us-east-1': { vpcs: [], subnets: [], interfaces: [], instances: [], routeTables: [] },
      },
    },
  });
  const door = await openFrontDoor(dynamodb.service);
  const client = new DynamoDBClient(door.client('us-east-1'));
  opened.push(async () => {
    client.destroy();
    await door.close();
  });
  await dynamodb.tables(region).create({
    TableName,
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  });
  expect(await refusal(client.send(put('x', 1)))).toMatchObject({ code: 'ResourceNotFoundException' });
});

test.each([
  ['a table that is not there', 'ResourceNotFoundException', new GetItemCommand({ TableName: 'other', Key: key('x') })],
  ['a key without its sort key', 'ValidationException', new GetItemCommand({ TableName, Key: { pk: { S: 'tokyo' } } })],
  ['a put without its key', 'ValidationException', new PutItemCommand({ TableName, Item: { epoch: { N: '1' } } })],
  [
    'a condition that does not parse',
    'ValidationException',
    new DeleteItemCommand({ TableName, Key: key('x'), ConditionExpression: 'attribute_exists(' }),
  ],
  ['no table at all', 'ValidationException', new GetItemCommand({ TableName: undefined, Key: key('x') })],
  [
    'a transaction',
    'UnknownOperationException',
    new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key: key('x') } }] }),
  ],
])('DynamoDB refuses %s with %s', async (_name, code, command) => {
  const { client } = await open();
  expect(await refusal(client.send(command as GetItemCommand))).toMatchObject({ code, status: 400 });
});
