import { readFileSync } from 'node:fs';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryEntry } from '#contracts/history.ts';
import { eniOf } from '#demo/account-of-topology.ts';
import { assembly, changed, names, report, SiteUnderTest, type Template, tokyo } from './site-under-test.ts';

const PAGE = 'docs/history-of-a-resumed-swap.md';
const [first, second] = tokyo.routeTables.map(({ id }) => id);
const active = eniOf(tokyo.routers.active);
const standby = eniOf(tokyo.routers.standby);

let built: Awaited<ReturnType<typeof assembly>>;
let hasty: ReturnType<typeof changed>;
let site: SiteUnderTest;
beforeAll(async () => {
  built = await assembly();
  hasty = changed(built.directory, endSoon);
});
afterAll(() => {
  hasty.remove();
  built.remove();
});
beforeEach(async () => {
  site = await SiteUnderTest.start(hasty.directory);
});
afterEach(() => site.close());

/** Lambda ends the swap function after 6 s instead of 15: three of them are kept for the end, three are for the swap on a busy machine. */
function endSoon(template: Template): void {
  const fn = Object.values(template.Resources).find(({ Properties }) => Properties['FunctionName'] === names.routeSwap);
  if (fn === undefined) throw new Error(`no function ${names.routeSwap} in the template`);
  fn.Properties['Timeout'] = 6;
}

/** EC2 takes the first route and then answers nothing any more, until Lambda kills the process. */
async function killedMidway(body: Readonly<Record<string, unknown>>): Promise<void> {
  const { faults } = site.emulator;
  faults.add({ action: 'ReplaceRoute', resource: `*${second}`, kind: 'latency', ms: 600_000 });
  const done = site.emulator.on((happening) => {
    if (happening.kind !== 'call' || happening.action !== 'ReplaceRoute') return;
    faults.add({ action: 'DescribeRouteTables', kind: 'latency', ms: 600_000 });
  });
  expect((await site.post(body)).status).toBe(500);
  done();
  faults.clear();
}

/** As if the sixteen seconds of the ended run's lease had passed. */
async function leaseEnds(): Promise<void> {
  const db = new DynamoDBClient({
    endpoint: site.emulator.endpoint,
    region: tokyo.region,
    credentials: site.emulator.credentials.forUser(),
  });
  await db.send(
    new UpdateItemCommand({
      TableName: site.emulator.stackOutputs(names.stack)['SiteTableName'],
      Key: { pk: { S: 'swap' }, sk: { S: 'lease' } },
      UpdateExpression: 'SET leasedUntil = :past',
      ExpressionAttributeValues: { ':past': { N: '1' } },
    }),
  );
}

async function history(): Promise<readonly HistoryEntry[]> {
  const { payload } = await site.emulator.invoke(names.routeSwap, { action: 'history' });
  return payload as readonly HistoryEntry[];
}

/** Tables whose route route-swap replaced, in order. */
function replaced(): unknown[] {
  return site.emulator.happenings.flatMap((each) =>
    each.kind === 'call' &&
    each.action === 'ReplaceRoute' &&
    each.error === undefined &&
    each.input['DryRun'] !== 'true'
      ? [each.input['RouteTableId']]
      : [],
  );
}

describe('a swap whose Lambda process ends midway', () => {
  it('is finished by the next trigger after its lease: the remaining routes and only those, announced and in the history', async () => {
    const outage = report();
    await killedMidway(outage);
    const killed = { kind: 'invocation', function: names.routeSwap, outcome: 'timeout' };
    expect(site.emulator.happenings).toContainEqual(expect.objectContaining(killed));
    expect(site.targets()).toEqual([standby, active]);
    expect(await history()).toEqual([]);

    const again = await site.post({ ...outage, at: new Date().toISOString() });
    expect([again.status, again.body['reason']]).toEqual([409, 'lease-held']);
    expect(site.targets()).toEqual([standby, active]);

    await leaseEnds();
    await site.emulator.tickSchedules(tokyo.region);
    expect(site.targets()).toEqual([standby, standby]);
    expect(replaced()).toEqual([first, second]);
    const entries = await history();
    expect(entries).toMatchObject([
      { detector: 'probe', outcome: 'swapped', reason: 'finish-swap', owner: 'tokyo-2', epoch: 2, moved: 1 },
    ]);
    expect(readFileSync(PAGE, 'utf8')).toContain(entries[0]?.says);
    const told = { kind: 'event', source: 'vyos-failover', detailType: 'Failover Completed' };
    expect(site.emulator.happenings).toContainEqual(expect.objectContaining(told));
  });
});
