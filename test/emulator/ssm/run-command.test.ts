import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CancelCommandCommand,
  DescribeDocumentCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetDocumentCommand,
  ListCommandInvocationsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { router1, router2, twoLegged } from '../account.fixture.ts';
import { refusal } from '../refusal.ts';
import { openSsm, region, runs } from './setup.ts';

async function send(client: SSMClient, input: Partial<SendCommandCommandInput> = {}): Promise<string | undefined> {
  const { Command } = await client.send(
    new SendCommandCommand({ DocumentName: 'probe', InstanceIds: [router1], ...input }),
  );
  return Command?.CommandId;
}

const look = (client: SSMClient, CommandId: string | undefined, InstanceId = router1) =>
  client.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));

test('A script really runs: its output comes back with Success, by way of Pending and InProgress', async () => {
  const { client, ssm, reached, statuses } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo "on $AWS_SSM_INSTANCE_ID"', 'echo careful >&2']));
  const id = await send(client);
  await reached(id, 'Success');
  expect(await look(client, id)).toMatchObject({
    Status: 'Success',
    StatusDetails: 'Success',
    ResponseCode: 0,
    StandardOutputContent: `on ${router1}\n`,
    StandardErrorContent: 'careful\n',
    PluginName: 'run',
  });
  expect(statuses(id)).toEqual(['Pending', 'InProgress', 'Success']);
});

test('A script that exits with 3 has Failed with response code 3', async () => {
  const { client, ssm, reached } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo half', 'exit 3']));
  const id = await send(client);
  await reached(id, 'Failed');
  expect(await look(client, id)).toMatchObject({
    Status: 'Failed',
    ResponseCode: 3,
    StandardOutputContent: 'half\n',
    StandardErrorContent: 'failed to run commands: exit status 3',
  });
});

test('The router’s own programs come before the system’s, and nothing of our environment is there', async () => {
  const path = await mkdtemp(join(tmpdir(), 'router bin-'));
  await writeFile(join(path, 'vtysh'), '#!/bin/sh\necho "vtysh says $ROUTER"\n');
  await chmod(join(path, 'vtysh'), 0o700);
  const { client, ssm, reached } = await openSsm({ shell: { path, env: { ROUTER: 'tokyo-1' } } });
  ssm.registerDocument(region, 'probe', runs(['vtysh -c "show bgp"', 'echo "[$HOME$NODE_ENV$VITEST]"']));
  const id = await send(client);
  await reached(id, 'Success');
  expect(await look(client, id)).toMatchObject({ StandardOutputContent: 'vtysh says tokyo-1\n[]\n' });
  await rm(path, { recursive: true });
});

test('A script runs in the namespace that the program of its router enters', async () => {
  const { client, ssm, reached } = await openSsm({
    shell: { path: '/nowhere', enter: ['env', 'PLACE=in the router'] },
  });
  ssm.registerDocument(region, 'probe', runs(['echo "$PLACE"']));
  const id = await send(client);
  await reached(id, 'Success');
  expect(await look(client, id)).toMatchObject({ StandardOutputContent: 'in the router\n' });
});

test('A parameter is text of the script, unless the document makes it an environment variable', async () => {
  const { client, ssm, reached } = await openSsm();
  const parameters = {
    plain: { type: 'String', default: 'as-is' },
    safe: { type: 'String', interpolationType: 'ENV_VAR', allowedPattern: '^.*$' },
  };
  ssm.registerDocument(
    region,
    'probe',
    runs(['echo "{{ plain }} {{plain}}"', "echo '{{ safe }}'", 'printf "%s" "$SSM_safe"'], parameters),
  );
  const id = await send(client, { Parameters: { safe: ['$(echo no) "; exit 1 #'] } });
  await reached(id, 'Success');
  expect(await look(client, id)).toMatchObject({
    StandardOutputContent: 'as-is as-is\n{{ safe }}\n$(echo no) "; exit 1 #',
  });
});

test('Output is empty while the script runs', async () => {
  const { client, ssm, reached } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo early', 'exec sleep 1000']));
  const id = await send(client);
  await reached(id, 'InProgress');
  expect(await look(client, id)).toMatchObject({ Status: 'InProgress', StandardOutputContent: '', ResponseCode: -1 });
});

test('Output is cut at 24,000 characters, the error output at 8,000, and the agent marks the cut at their end', async () => {
  const { client, ssm, reached } = await openSsm();
  ssm.registerDocument(
    region,
    'probe',
    runs(['head -c 30000 /dev/zero | tr "\\0" x', 'head -c 9000 /dev/zero | tr "\\0" y >&2']),
  );
  const id = await send(client);
  await reached(id, 'Success');
  const { StandardOutputContent, StandardErrorContent } = await look(client, id);
  const cut = '--output truncated--';
  expect([StandardOutputContent, StandardErrorContent]).toEqual([
    `${'x'.repeat(24_000 - cut.length)}${cut}`,
    `${'y'.repeat(8_000 - cut.length)}${cut}`,
  ]);
});

test('A script over its execution timeout is TimedOut and ended with all processes that it started', async () => {
  const { client, ssm, clock, reached } = await openSsm();
  const beacon = await listen();
  const hold = `exec 3<>/dev/tcp/127.0.0.1/${beacon.port}; sleep 1000`;
  ssm.registerDocument(region, 'probe', runs([`bash -c '${hold}' &`, 'wait'], {}, 7));
  const id = await send(client);
  await beacon.connected;
  await clock.advance(6_999);
  expect(await look(client, id)).toMatchObject({ Status: 'InProgress' });
  await clock.advance(1);
  await reached(id, 'ExecutionTimedOut');
  expect(await look(client, id)).toMatchObject({
    Status: 'TimedOut',
    StatusDetails: 'ExecutionTimedOut',
    ResponseCode: 137,
  });
  await beacon.disconnected;
});

test.each(['stop', 'terminate', 'hang', 'reboot'] as const)(
  'An instance that dies by %s takes its script along; the command stays InProgress until the timeouts have passed',
  async (act) => {
    const { client, ssm, clock, ec2, statuses } = await openSsm();
    const beacon = await listen();
    ssm.registerDocument(
      region,
      'probe',
      runs([`exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/${beacon.port}; sleep 1000'`], {}, 10),
    );
    const id = await send(client, { TimeoutSeconds: 30 });
    await beacon.connected;
    ec2.lifecycle[act](region, router1);
    await beacon.disconnected;
    await clock.advance(39_000);
    expect(await look(client, id)).toMatchObject({ Status: 'InProgress' });
    await clock.advance(1_000);
    expect(await look(client, id)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut' });
    expect(statuses(id)).toEqual(['Pending', 'InProgress', 'ExecutionTimedOut']);
  },
);

test('Without its agent a command is InProgress, and after both timeouts it could not be delivered', async () => {
  const { client, ssm, clock } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo never']));
  ssm.agents.set(region, router1, 'offline');
  const id = await send(client, { TimeoutSeconds: 30 });
  await clock.advance(39_999);
  expect(await look(client, id)).toMatchObject({ Status: 'InProgress', ResponseCode: -1 });
  await clock.advance(1);
  expect(await look(client, id)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'DeliveryTimedOut' });
});

test('An instance on which no agent has ever been is refused', async () => {
  const { client, ssm } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo never']));
  expect(await refusal(send(client, { InstanceIds: [twoLegged] }))).toMatchObject({ code: 'InvalidInstanceId' });
});

test.each([
  ['before TimeoutSeconds', 29_000, 'Success'],
  ['after TimeoutSeconds, when it does not run any more', 31_000, 'DeliveryTimedOut'],
])('A command waits for a hung router that answers again %s', async (_name, after, status) => {
  const { client, ssm, clock, ec2, reached } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo late']));
  ec2.lifecycle.hang(region, router1);
  const id = await send(client, { TimeoutSeconds: 30 });
  await clock.advance(after);
  ec2.lifecycle.recover(region, router1);
  if (status === 'DeliveryTimedOut') await clock.advance(10_000);
  await reached(id, status);
  expect((await look(client, id)).StandardOutputContent).toBe(status === 'Success' ? 'late\n' : '');
});

test('CancelCommand kills the script', async () => {
  const { client, ssm, reached } = await openSsm();
  const beacon = await listen();
  ssm.registerDocument(region, 'probe', runs([`exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/${beacon.port}; sleep 1000'`]));
  const id = await send(client);
  await beacon.connected;
  await client.send(new CancelCommandCommand({ CommandId: id }));
  await beacon.disconnected;
  await reached(id, 'Cancelled');
  expect(await look(client, id)).toMatchObject({ Status: 'Cancelled', ResponseCode: 137 });
});

test('A command that was cancelled before its delivery never runs', async () => {
  const { client, ssm, clock, statuses } = await openSsm({ deliveryMs: 1_000 });
  ssm.registerDocument(region, 'probe', runs(['echo never']));
  const id = await send(client);
  await client.send(new CancelCommandCommand({ CommandId: id }));
  await clock.advance(2_000);
  expect(statuses(id)).toEqual(['Pending', 'Cancelled']);
});

test('Delivery takes the configured time', async () => {
  const { client, ssm, clock, reached } = await openSsm({ deliveryMs: 1_000 });
  ssm.registerDocument(region, 'probe', runs(['true']));
  const id = await send(client);
  await clock.advance(999);
  expect(await look(client, id)).toMatchObject({ Status: 'Pending' });
  await clock.advance(1);
  await reached(id, 'Success');
});

test('A new command is not found at once if the service is configured as slow', async () => {
  const { client, ssm, clock } = await openSsm({ invisibleMs: 300 });
  ssm.registerDocument(region, 'probe', runs(['true']));
  const id = await send(client);
  expect(await refusal(look(client, id))).toMatchObject({ code: 'InvocationDoesNotExist', status: 400 });
  await clock.advance(300);
  expect(await look(client, id)).toMatchObject({ CommandId: id });
});

test('A stale read does not know the command either', async () => {
  const { client, ssm, door } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['true']));
  const id = await send(client);
  door.alter({ staleReads: true });
  expect(await refusal(look(client, id))).toMatchObject({ code: 'InvocationDoesNotExist' });
});

test('ListCommandInvocations shows every instance, with output if details are asked for', async () => {
  const { client, ssm, clock, reached } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['echo "on $AWS_SSM_INSTANCE_ID"']));
  ssm.agents.set(region, router2, 'offline');
  const id = await send(client, { InstanceIds: [router1, router2], TimeoutSeconds: 30 });
  await reached(id, 'Success');
  await clock.advance(40_000);
  const { CommandInvocations } = await client.send(new ListCommandInvocationsCommand({ CommandId: id, Details: true }));
  expect(
    CommandInvocations?.map(({ InstanceId, StatusDetails, CommandPlugins }) => [
      InstanceId,
      StatusDetails,
      CommandPlugins?.[0]?.Output,
    ]),
  ).toEqual([
    [router1, 'Success', `on ${router1}\n`],
    [router2, 'DeliveryTimedOut', ''],
  ]);
});

test('Targets by tag reach the running instances that have it', async () => {
  const { client, ssm, ec2, door } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['true']));
  ec2.lifecycle.stop(region, router1);
  const { Command } = await client.send(
    new SendCommandCommand({ DocumentName: 'probe', Targets: [{ Key: 'tag:pair', Values: ['tokyo'] }] }),
  );
  expect(Command?.TargetCount).toBe(1);
  expect(door.calls.at(-1)?.resources.map(({ arn }) => arn)).toEqual([
    `arn:aws:ssm:${region}:123456789012:document/probe`,
    `arn:aws:ec2:${region}:123456789012:instance/${router2}`,
  ]);
});

const parameters = {
  word: { type: 'String', default: 'one', allowedPattern: '^[a-z]+$', maxChars: 4 },
  choice: { type: 'String', default: 'a', allowedValues: ['a', 'b'] },
  count: { type: 'Integer', default: 1 },
};

test.each<[string, string, Partial<SendCommandCommandInput>]>([
  ['an unknown document', 'InvalidDocument', { DocumentName: 'other' }],
  ['an unknown version', 'InvalidDocumentVersion', { DocumentVersion: '9' }],
  [
    'a hash that is not the document’s',
    'InvalidDocument',
    { DocumentHash: 'ab'.repeat(32), DocumentHashType: 'Sha256' },
  ],
  ['an unknown instance', 'InvalidInstanceId', { InstanceIds: ['i-00000000'] }],
  ['no instance', 'InvalidInstanceId', { InstanceIds: [] }],
  ['the same instance twice', 'DuplicateInstanceId', { InstanceIds: [router1, router1] }],
  ['a timeout under 30 s', 'ValidationException', { TimeoutSeconds: 29 }],
  ['a timeout over 30 days', 'ValidationException', { TimeoutSeconds: 2_592_001 }],
  ['a parameter that the document has not', 'InvalidParameters', { Parameters: { other: ['x'] } }],
  ['two values for one', 'InvalidParameters', { Parameters: { word: ['a', 'b'] } }],
  ['a value against the pattern', 'InvalidParameters', { Parameters: { word: ['$(id)'] } }],
  ['a value that is too long', 'InvalidParameters', { Parameters: { word: ['abcde'] } }],
  ['a value that is not among the allowed', 'InvalidParameters', { Parameters: { choice: ['c'] } }],
  ['an integer that is none', 'InvalidParameters', { Parameters: { count: ['many'] } }],
])('SendCommand refuses %s with %s', async (_name, code, input) => {
  const { client, ssm } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['true'], parameters));
  expect(await refusal(send(client, input))).toMatchObject({ code, status: 400 });
});

test('SendCommand refuses a terminated instance and takes a stopped one', async () => {
  const { client, ssm, ec2 } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['true']));
  ec2.lifecycle.terminate(region, router1);
  ec2.lifecycle.stop(region, router2);
  expect(await refusal(send(client))).toMatchObject({ code: 'InvalidInstanceId' });
  expect(await send(client, { InstanceIds: [router2] })).toHaveLength(36);
});

test('IAM is asked about the document and about every instance with its tags', async () => {
  const { client, ssm, door } = await openSsm();
  ssm.registerDocument(region, 'probe', runs(['true']));
  await send(client);
  expect(door.calls[0]).toMatchObject({
    action: 'ssm:SendCommand',
    resources: [
      { arn: `arn:aws:ssm:${region}:123456789012:document/probe` },
      {
        arn: `arn:aws:ec2:${region}:123456789012:instance/${router1}`,
        context: { 'ssm:resourceTag/pair': 'tokyo', 'aws:ResourceTag/pair': 'tokyo' },
      },
    ],
  });
});

test('A changed document is a new version with another hash, and the old one can still be asked for', async () => {
  const { client, ssm } = await openSsm();
  const first = ssm.registerDocument(region, 'probe', runs(['echo 1']));
  ssm.registerDocument(region, 'probe', runs(['echo 1']));
  const second = ssm.registerDocument(region, 'probe', runs(['echo 2']));
  const { Document } = await client.send(new DescribeDocumentCommand({ Name: 'probe' }));
  expect(Document).toMatchObject({ DocumentVersion: '2', LatestVersion: '2', Hash: second.hash, HashType: 'Sha256' });
  const old = await client.send(new GetDocumentCommand({ Name: 'probe', DocumentVersion: '1' }));
  expect(old.Content).toBe(first.content);
  expect(await send(client, { DocumentVersion: '2', DocumentHash: second.hash })).toHaveLength(36);
});

test('A document that cannot be run is refused with all that is wrong', async () => {
  const { ssm } = await openSsm();
  const wrong = {
    schemaVersion: '1.2',
    parameters: { a: { type: 'Number', allowedPattern: '(' } },
    mainSteps: [{}, {}],
  };
  expect(() => ssm.registerDocument(region, 'probe', wrong)).toThrow(
    /schemaVersion is 1.2[^]*parameters.a.type is Number[^]*allowedPattern[^]*2 steps[^]*action[^]*runCommand/,
  );
});

test('A managed instance is Online, and its connection is lost only when it missed its report', async () => {
  const { client, clock, ec2 } = await openSsm();
  const pings = async () => {
    const { InstanceInformationList } = await client.send(new DescribeInstanceInformationCommand({}));
    return InstanceInformationList?.map(({ InstanceId, PingStatus }) => [InstanceId, PingStatus]);
  };
  ec2.lifecycle.hang(region, router1);
  await clock.advance(299_000);
  expect(await pings()).toEqual([
    [router1, 'Online'],
    [router2, 'Online'],
  ]);
  await clock.advance(1_000);
  expect(await pings()).toEqual([
    [router1, 'ConnectionLost'],
    [router2, 'Online'],
  ]);
});

/** A place that a script can hold a connection to, so that a test sees it come to life and die. */
async function listen() {
  const { promise: connected, resolve: connect } = Promise.withResolvers<void>();
  const { promise: disconnected, resolve: disconnect } = Promise.withResolvers<void>();
  const server = createServer();
  server.on('connection', (socket) => {
    connect();
    socket.on('close', () => {
      disconnect();
      server.close();
    });
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { port: typeof address === 'object' ? address?.port : undefined, connected, disconnected };
}
