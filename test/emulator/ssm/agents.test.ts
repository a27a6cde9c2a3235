import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { UNDELIVERED } from '#emulator/ssm/command.ts';
import { router1 } from '../account.fixture.ts';
import { refusal } from '../refusal.ts';
import { openSsm, region, runs } from './setup.ts';

async function send(client: SSMClient): Promise<string | undefined> {
  const command = new SendCommandCommand({ DocumentName: 'probe', InstanceIds: [router1], TimeoutSeconds: 30 });
  return (await client.send(command)).Command?.CommandId;
}

const look = (client: SSMClient, CommandId: string | undefined) =>
  client.send(new GetCommandInvocationCommand({ CommandId, InstanceId: router1 }));

test('A command for an agent that is off line is taken, and waits: it runs when the agent is back in time', async () => {
  const { client, ssm, clock, reached } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo here']));
  ssm.agents.set(region, router1, 'offline');
  const id = await send(client);
  await clock.advance(29_000);
  expect(await look(client, id)).toMatchObject({ Status: 'InProgress', StandardOutputContent: '' });
  ssm.agents.set(region, router1, 'online');
  await reached(id, 'Success');
});

test('… and does not run after TimeoutSeconds', async () => {
  const { client, ssm, clock, statuses } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo here']));
  ssm.agents.set(region, router1, 'offline');
  const id = await send(client);
  await clock.advance(31_000);
  ssm.agents.set(region, router1, 'online');
  await clock.advance(20_000);
  expect(statuses(id)).toEqual(['Pending', 'InProgress', 'DeliveryTimedOut']);
});

test('The result of a script whose agent stopped meanwhile is never reported', async () => {
  const { client, ssm, clock, reached } = await openSsm();
  const folder = mkdtempSync(join(tmpdir(), 'agents-'));
  ssm.registerDocument(region, 'probe', runs(['sleep 0.1', `touch ${folder}/done`]));
  const id = await send(client);
  await reached(id, 'InProgress');
  ssm.agents.set(region, router1, 'offline');
  await expect.poll(() => existsSync(join(folder, 'done'))).toBe(true);
  await clock.advance(39_000);
  expect(await look(client, id)).toMatchObject({ Status: 'InProgress' });
  rmSync(folder, { recursive: true });
});

test('A command for an agent that SSM does not know is refused at once, and the instance is not listed', async () => {
  const { client, ssm } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo here']));
  ssm.agents.set(region, router1, 'unregistered');
  expect(await refusal(send(client))).toMatchObject({
    code: 'InvalidInstanceId',
    message: expect.stringContaining(`[[${router1}]] not in a valid state`) as unknown,
  });
  const { InstanceInformationList = [] } = await client.send(new DescribeInstanceInformationCommand());
  expect(InstanceInformationList.map(({ InstanceId }) => InstanceId)).not.toContain(router1);
});

test('An agent that is off line is ConnectionLost after a while', async () => {
  const { client, ssm, clock } = await openSsm();
  const ping = async () => {
    const { InstanceInformationList = [] } = await client.send(new DescribeInstanceInformationCommand());
    return InstanceInformationList.find(({ InstanceId }) => InstanceId === router1)?.PingStatus;
  };
  ssm.agents.set(region, router1, 'offline');
  expect(await ping()).toBe('Online');
  await clock.advance(300_000);
  expect(await ping()).toBe('ConnectionLost');
});

test.each(UNDELIVERED)('A command that SSM ends as %s has not run, and a later one runs again', async (failure) => {
  const { client, ssm, reached } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo here']));
  ssm.agents.fail(region, router1, failure);
  const id = await send(client);
  await reached(id, failure);
  expect(await look(client, id)).toMatchObject({
    Status: failure === 'DeliveryTimedOut' ? 'TimedOut' : 'Failed',
    StatusDetails: failure,
    ResponseCode: -1,
    StandardOutputContent: '',
  });
  ssm.agents.fail(region, router1, undefined);
  await reached(await send(client), 'Success');
});

test('An agent that is older than 3.3.2746.0 runs a script without its variables', async () => {
  const { client, ssm, reached, statuses } = await openSsm();
  const parameter = { type: 'String', interpolationType: 'ENV_VAR', default: 'there' };
  ssm.registerDocument(region, 'probe', runs(['[ "${SSM_It:-}" = there ]'], { It: parameter }));
  await reached(await send(client), 'Success');
  ssm.agents.setVersion(region, router1, '3.3.987.0');
  const id = await send(client);
  await reached(id, 'Failed');
  expect(statuses(id)).toEqual(['Pending', 'InProgress', 'Failed']);
});
