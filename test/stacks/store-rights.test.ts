import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembly, names, SiteUnderTest, type Template, tokyo } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof assembly>>;
let site: SiteUnderTest;
let table: string;

beforeAll(async () => {
  built = await assembly();
  site = await SiteUnderTest.start(built.directory);
  table = site.emulator.stackOutputs(names.stack)['SiteTableName'] ?? '';
});
afterAll(async () => {
  await site.close();
  built.remove();
});

const FUNCTIONS = ['routeSwap', 'healthProbe', 'configPush', 'notify'] as const;
const PARTITIONS = [
  'swap',
  'answer#report-1',
  'history',
  'detail#report-1',
  'probe',
  'push',
  'push-detail#push-1',
  'notify',
  'swap2',
  'stored',
  'answer',
];
const OWN: Readonly<Record<(typeof FUNCTIONS)[number], readonly string[]>> = {
  routeSwap: ['swap', 'answer#report-1', 'history', 'detail#report-1'],
  healthProbe: ['probe'],
  configPush: ['history', 'push', 'push-detail#push-1'],
  notify: ['notify'],
};

/** With the credentials of a function's role. */
function database(fn: (typeof FUNCTIONS)[number]): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: site.emulator.endpoint,
    region: tokyo.region,
    credentials: site.emulator.credentials.forRole(roleOf(fn), 'session'),
    maxAttempts: 1,
  });
}

/** ARN of the role that the template gives the function. */
function roleOf(fn: (typeof FUNCTIONS)[number]): string {
  const template = readFileSync(join(built.directory, `${names.stack}.template.json`), 'utf8');
  const { Resources } = JSON.parse(template) as Template;
  const found = Object.values(Resources).find(({ Properties }) => Properties?.['FunctionName'] === names[fn]);
  const role = found?.Properties['Role'] as { readonly 'Fn::GetAtt': readonly [string, 'Arn'] } | undefined;
  const arn =
    role && site.emulator.stack(names.stack).resources.get(role['Fn::GetAtt'][0])?.identity?.attributes['Arn'];
  if (typeof arn !== 'string') throw new Error(`${names[fn]} has no role`);
  return arn;
}

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const fate = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    ({ name }: Error) => name,
  );

describe.each(FUNCTIONS)('%s', (fn) => {
  it.each(PARTITIONS)('writes %s only if it is its own', async (pk) => {
    const put = fate(database(fn).send(new PutItemCommand({ TableName: table, Item: key(pk) })));
    expect(await put).toBe(OWN[fn].includes(pk) ? 'done' : 'AccessDeniedException');
  });

  it.each(PARTITIONS)('reads %s; the notifier only what it needs', async (pk) => {
    const mayRead = fn !== 'notify' || ['notify', 'probe'].includes(pk);
    const got = fate(database(fn).send(new GetItemCommand({ TableName: table, Key: key(pk) })));
    expect(await got).toBe(mayRead ? 'done' : 'AccessDeniedException');
  });

  it.each(PARTITIONS)('deletes nothing in %s, unless it ends pauses and maintenance', async (pk) => {
    const deleted = fate(database(fn).send(new DeleteItemCommand({ TableName: table, Key: key(pk) })));
    const may = fn === 'routeSwap' && OWN.routeSwap.includes(pk);
    expect(await deleted).toBe(may ? 'done' : 'AccessDeniedException');
  });
});
