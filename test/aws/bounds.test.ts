import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeRouteTablesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { dynamoDbClient, ec2ClientWithoutRetries } from '#aws/clients.ts';
import { siteStore } from '#aws/site-store/site-store.ts';

/** Takes every request and answers none. */
const silent = createServer(() => undefined);

beforeAll(async () => {
  await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterAll(() => {
  vi.unstubAllEnvs();
  silent.closeAllConnections();
  silent.close();
});

it('a call that AWS never answers ends in an error, and not in a function that hangs', async () => {
  await expect(ec2ClientWithoutRetries().send(new DescribeRouteTablesCommand({}))).rejects.toThrow(
    /timed? ?out|timeout/i,
  );
});

it('a store that never answers costs a failover no more than 2 s and a bit', async () => {
  const began = performance.now();
  await expect(siteStore(dynamoDbClient(), 'stored').read('report-1')).rejects.toThrow(/timed? ?out|timeout/i);
  expect(performance.now() - began).toBeLessThan(2_800);
});
