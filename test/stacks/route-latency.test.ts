import { EC2Client, ReplaceRouteCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { commandText } from '#cli/output/next-command.ts';
import { processEnvironment } from '#cli/process-environment.ts';
import { measureRouteLatency } from '#cli/route-latency/measure-route-latency.ts';
import { meterStack } from '#cli/route-latency/meter-stack.ts';
import { withAmazonLinux } from '#demo/amazon-linux.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import { withHosts } from '#simulated-vyos/simulated-host.ts';
import { cliWith, commandLine } from '../cli/command-line.ts';
import { tokyo, topology } from './site-under-test.ts';

const REGION = 'ap-northeast-1';
/** A route table that is in use, at the owner of its route. */
const [PRODUCTION, OWNER] = ['rtb-0a1b2c3d4e5f60021', 'eni-0a1b2c3d4e5f60011'];

let emulator: Emulator;
const run = (...options: string[]) => {
  const environment = { ...processEnvironment(process.env), sleep: pause };
  return commandLine(['route-latency', 'tokyo', '--topology', 'tokyo-virginia.yaml', '--yes', ...options], {
    environment,
  });
};
const pause = () => new Promise<void>((resolve) => void setTimeout(resolve, 200));

beforeAll(async () => {
  const production = {
    vpcs: [{ id: 'vpc-0a1b2c3d4e5f60001', cidr: '10.1.0.0/16' }],
    subnets: [{ id: 'subnet-0a1b2c3d4e5f60001', vpc: 'vpc-0a1b2c3d4e5f60001', cidr: '10.1.100.0/24' }],
    interfaces: [{ id: OWNER, subnet: 'subnet-0a1b2c3d4e5f60001', address: '10.1.100.10' }],
    instances: [],
    routeTables: [
      { id: PRODUCTION, vpc: 'vpc-0a1b2c3d4e5f60001', routes: [{ destination: '10.2.0.0/20', target: OWNER }] },
    ],
  };
  emulator = await startEmulator({
    account: withAmazonLinux({ regions: { [REGION]: production } }),
    guests: withHosts(undefined),
    ec2: { times: { pendingMs: 0, bootMs: 0, stoppingMs: 0, shuttingDownMs: 0 } },
  });
  const { accessKeyId, secretAccessKey } = emulator.credentials.forUser();
  vi.stubEnv('AWS_ENDPOINT_URL', emulator.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
});
afterAll(async () => {
  await emulator.close();
  vi.unstubAllEnvs();
});

/** What the Region has, beside terminated instances. */
function resources(): unknown {
  const { vpcs, subnets, interfaces, routeTables, securityGroups, addresses, instances } = emulator.ec2.state(REGION);
  const running = [...instances.values()].filter(({ state }) => state !== 'terminated');
  return [vpcs, subnets, interfaces, routeTables, securityGroups, addresses]
    .map((all) => [...all.keys()])
    .concat([running.map(({ id }) => id), [...emulator.stacks]]);
}

it('is killed, may replace no route of another table, is found by its tag, and leaves the Region as it was', async () => {
  const before = resources();
  const where = { topology, site: tokyo };
  const environment = { ...processEnvironment(process.env), sleep: pause };
  const { readings, problem } = await measureRouteLatency(
    where,
    { flips: 2, zone: 'ap-northeast-1c' },
    {
      ...cliWith({}),
      environment: { ...environment, nextCommand: (...words) => commandText(words) },
    },
  );
  expect([problem, readings.receivers, readings.flips.length, readings.failed]).toEqual([null, 0, 2, []]);

  const hosts = [...emulator.ec2.state(REGION).instances.values()];
  expect(hosts.map(({ zone }) => zone)).toEqual(['ap-northeast-1c']);

  const { name } = meterStack(where);
  const ofStack = (logicalId: string) => emulator.stack(name).resources.get(logicalId)?.identity;
  const role = String(ofStack('Role')?.attributes['Arn']);
  const client = new EC2Client({ region: REGION, credentials: emulator.credentials.forRole(role, 'i-meter') });
  const replace = (RouteTableId: string | undefined, DestinationCidrBlock: string, NetworkInterfaceId?: string) =>
    client.send(new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock, NetworkInterfaceId }));
  await replace(ofStack('Table')?.ref, '192.0.2.1/32', ofStack('Receiver2')?.ref);
  await expect(replace(PRODUCTION, '10.2.0.0/20', ofStack('Receiver2')?.ref)).rejects.toThrow(/not authorized/i);

  expect((await run()).exitCode).toBe(4);
  const { exitCode, stdout } = await run('--clean-up');
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`Deleted ${name}`)]);
  expect(resources()).toEqual(before);
});
