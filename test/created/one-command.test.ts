import { expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '#emulator/start.ts';
import { cdk } from '../emulator/cloudformation/cdk-cli.ts';
import { CreatedAssembly } from '../infra/created/assembly.ts';

const region = () => ({
  vpcs: [],
  subnets: [],
  interfaces: [],
  instances: [],
  routeTables: [],
  images: [{ id: 'ami-0a1b2c3d4e5f60001', name: 'VyOS 1.4.3', owner: '679593333241' }],
});

it('one `cdk deploy --all` by the CDK CLI makes two sites in an account that has nothing', async () => {
  const created = await CreatedAssembly.of('created');
  onTestFinished(() => created.remove());
  const account = { regions: { 'ap-northeast-1': region(), 'us-east-1': region() } };
  const emulator = await startEmulator({
    account,
    ec2: { times: { pendingMs: 0, bootMs: 0, stoppingMs: 0, shuttingDownMs: 0 } },
  });
  onTestFinished(() => emulator.close());
  const deploy = ['deploy', '--all', '--app', created.directory, '--require-approval', 'never', '--concurrency', '4'];
  await cdk(emulator, 'ap-northeast-1', ...deploy);
  expect(emulator.stacks.toSorted()).toEqual(created.stacks.toSorted());
  expect(emulator.stacks.map((name) => emulator.stack(name).status)).toEqual(
    created.stacks.map(() => 'CREATE_COMPLETE'),
  );
  expect(emulator.ec2.regions.flatMap((name) => [...emulator.ec2.state(name).instances.keys()])).toHaveLength(4);
});
