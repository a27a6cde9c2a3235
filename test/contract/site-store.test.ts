import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { siteStore } from '#aws/site-store/site-store.ts';
import { createDynamoDb } from '#emulator/dynamodb/service.ts';
import { storeOn } from '#simulator/dynamodb/direct.ts';
import { Table } from '#simulator/dynamodb/table.ts';
import { account, region } from '../emulator/account.fixture.ts';
import { type FrontDoor, openFrontDoor } from '../emulator/front-door.ts';
import { siteStoreContract } from './site-store.contract.ts';

describe('the site’s stored in DynamoDB', () => {
  const dynamodb = createDynamoDb({ account: account() });
  let door: FrontDoor;
  let client: DynamoDBClient;
  let tables = 0;

  beforeAll(async () => {
    door = await openFrontDoor(dynamodb.service);
    client = new DynamoDBClient(door.client());
  });
  afterAll(async () => {
    client.destroy();
    await door.close();
  });

  siteStoreContract(async () => {
    const TableName = `site-${++tables}`;
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
    });
    return siteStore(client, TableName);
  });
});

describe('in the simulator’s DynamoDB', () => {
  siteStoreContract(() => Promise.resolve(storeOn(new Table(() => 0, 100))));
});

describe('in one that gives a query item by item', () => {
  siteStoreContract(() => Promise.resolve(storeOn(new Table(() => 0, 1))));
});
