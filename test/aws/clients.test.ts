import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeRouteTablesCommand, ReplaceRouteCommand } from '@aws-sdk/client-ec2';
import { afterEach, expect, it, vi } from 'vitest';
import { swapEc2Clients } from '#aws/clients.ts';

afterEach(() => vi.unstubAllEnvs());

it('a swap writes on the connections that its reads have opened', async () => {
  let connections = 0;
  const server = createServer((_, response) => response.end('<Response/>'));
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const { reads, writes } = swapEc2Clients();
  try {
    await Promise.all([1, 2].map(() => reads.send(new DescribeRouteTablesCommand({}))));
    const route = { RouteTableId: 'rtb-1', NetworkInterfaceId: 'eni-1' };
    await Promise.all(
      ['10.2.0.0/20', '10.3.0.0/20'].map((DestinationCidrBlock) =>
        writes.send(new ReplaceRouteCommand({ ...route, DestinationCidrBlock })),
      ),
    );
    expect(connections).toBe(2);
  } finally {
    reads.destroy();
    writes.destroy();
    server.close();
  }
});
