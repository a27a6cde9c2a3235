import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asDeployed, PushableSite, pushableAssembly } from './pushable-site.ts';
import { names, tokyo } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof pushableAssembly>>;
let site: PushableSite;

beforeAll(async () => {
  built = await pushableAssembly();
  site = await PushableSite.start(built.directory);
});
afterAll(async () => {
  await site.close();
  built.remove();
});

it('an abandoned push is found by the probe and settled by config-push, each with its own permissions', async () => {
  await leaveBehind({ router: 'tokyo-2', attempt: 'aaaaaaaa-0000', undoneBy: 1 });
  await site.emulator.invoke(names.healthProbe, {});
  const alarm = { kind: 'alarm', name: `${names.stack}--push-failed`, state: 'ALARM' };
  await expect.poll(() => site.emulator.happenings, { timeout: 15_000 }).toContainEqual(expect.objectContaining(alarm));
  const history = (await site.emulator.invoke(names.routeSwap, { action: 'history' })).payload;
  expect(history).toMatchObject([{ reason: expect.stringMatching(/^config-settled-/) as unknown }]);
  expect(await site.plan(asDeployed)).not.toHaveProperty('interrupted');
});

/** The journal of a run that crashed long ago, written with config-push's own role. */
async function leaveBehind(applying: object): Promise<void> {
  await site.plan(asDeployed);
  const callers = site.emulator.happenings.flatMap((each) => (each.kind === 'call' ? [each.caller] : []));
  const own = callers
    .map((caller) => /assumed-role\/(.+)\/(.+)$/.exec(caller) ?? [])
    .find(([, , name]) => name === names.configPush);
  const db = new DynamoDBClient({
    endpoint: site.emulator.endpoint,
    region: tokyo.region,
    credentials: site.emulator.credentials.forRole(`arn:aws:iam::123456789012:role/${own?.[1]}`, 'session'),
  });
  const journal = {
    id: 'push-0',
    by: 'ann',
    at: 1,
    run: 'r',
    leasedUntil: 0,
    done: [],
    finished: false,
    applying: { state: 'held', commands: 1, lines: [], others: [], ...applying },
  };
  const Item = marshall({ pk: 'push', sk: 'journal', journal });
  await db.send(new PutItemCommand({ TableName: site.emulator.stackOutputs(names.stack)['SiteTableName'], Item }));
}
