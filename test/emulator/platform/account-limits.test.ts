import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deskEc2Client } from '#aws/clients.ts';
import { controlledTables } from '#aws/controlled-tables.ts';
import { listMetrics, metricSums } from '#aws/metric-sums.ts';
import { quotasOf } from '#aws/quotas.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import { CONTROLLER_TAG } from '#failover/controller.ts';
import { account, region, table } from '../account.fixture.ts';

let emulator: Emulator;
afterEach(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
});

async function open(raisedQuotas: Readonly<Record<string, number>> = {}): Promise<void> {
  emulator = await startEmulator({ account: { ...account(), raisedQuotas } });
  const { accessKeyId, secretAccessKey } = emulator.credentials.forUser();
  vi.stubEnv('AWS_ENDPOINT_URL', emulator.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
}

describe('the quotas of an account', () => {
  it('are the defaults, or what Service Quotas has applied', async () => {
    await open();
    expect(await quotasOf(region)).toEqual({ routesPerTable: 500, apiRequests: 10_000 });
    expect(await quotasOf('eu-south-1')).toEqual({ routesPerTable: 500, apiRequests: 2_500 });
    await emulator.close();
    await open({ 'Routes per route table': 1_000, 'Throttle rate': 2_500 });
    expect(await quotasOf(region)).toEqual({ routesPerTable: 1_000, apiRequests: 2_500 });
  });
});

describe('the tables that sites have marked', () => {
  beforeEach(() => open());

  it('have their routes counted as the quota does: by family, a prefix list with all its possible entries', async () => {
    expect(await controlledTables(region)).toEqual([]);
    const ec2 = deskEc2Client(region);
    const tag = { Key: CONTROLLER_TAG, Value: 'vyos-failover-wan--tokyo' };
    await ec2.send(new CreateTagsCommand({ Resources: [table], Tags: [tag] }));
    // The local route, 10.2.0.0/20, 0.0.0.0/0 and a list of at most 20 entries; one route is propagated.
    const counted = { ipv4: 23, ipv6: 1, atInterfaces: 3 };
    expect(await controlledTables(region)).toEqual([{ id: table, controller: tag.Value, ...counted }]);
  });
});

describe('what metrics add up to', () => {
  beforeEach(() => open());

  it('counts a day, by metric; one without a value is 0', async () => {
    const metric = {
      namespace: 'AWS/EC2/API',
      name: 'RequestLimitExceeded',
      dimensions: { ActionName: 'ReplaceRoute' },
    };
    emulator.metrics.put({ ...metric, region, value: 300 });
    emulator.metrics.put({ ...metric, region, value: 12 });
    emulator.metrics.put({ ...metric, region: 'us-east-1', value: 7 });
    const listed = await listMetrics(region, metric);
    expect(listed).toEqual([metric]);
    const other = { ...metric, dimensions: { ActionName: 'CreateRoute' } };
    const to = Date.now() + 60_000;
    expect(await metricSums(region, [other, ...listed], { from: to - 86_400_000, to })).toEqual([0, 312]);
    expect(await metricSums(region, listed, { from: to, to: to + 60_000 })).toEqual([0]);
  });
});
