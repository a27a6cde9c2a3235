import { DescribeInstanceStatusCommand, GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AccessKey } from '#emulator/credentials.ts';
import type { Emulator } from '#emulator/emulator.ts';
import type { GuestHost, Machine } from '#emulator/guests/guest-host.ts';
import { region } from '../account.fixture.ts';
import { assemblyOf } from '../cloudformation/stacks.fixture.ts';
import { manualClock } from '../manual-clock.ts';
import { eventually, type Resources } from '../platform/assembly.fixture.ts';
import { refusal } from '../refusal.ts';
import { deployed, router } from './created.fixture.ts';

/** A host that records what happens to its machines; `onLaunch` is the boot program. */
function recorded(onLaunch: (machine: Machine) => void = () => {}) {
  const machines: Machine[] = [];
  const acts: string[] = [];
  const host: GuestHost = {
    launch(machine) {
      machines.push(machine);
      acts.push('launch');
      onLaunch(machine);
      return {
        boot: () => void acts.push('boot'),
        halt: () => void acts.push('halt'),
        freeze: () => void acts.push('freeze'),
        resume: () => void acts.push('resume'),
        terminate: () => void acts.push('terminate'),
      };
    },
  };
  return { host, machines, acts };
}

const shell = { path: '/usr/bin' };

/** The router with a role that its instance profile takes to it. */
const withRole = (statements: readonly unknown[] = []): Resources => ({
  ...router({ IamInstanceProfile: { Arn: { 'Fn::GetAtt': ['Profile', 'Arn'] } } }),
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'tokyo-1-role',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
      },
      Policies:
        statements.length === 0
          ? []
          : [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  },
  Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'Role' }] } },
  Managed: {
    Type: 'AWS::SSM::Document',
    Properties: {
      Name: 'say',
      Content: {
        schemaVersion: '2.2',
        mainSteps: [
          { action: 'aws:runShellScript', name: 'say', inputs: { runCommand: ['echo $AWS_SSM_INSTANCE_ID'] } },
        ],
      },
    },
  },
});

/** GET with a session token of version 2. */
async function metadata(url: string, path: string): Promise<{ status: number; body: Buffer }> {
  const token = await fetch(`${url}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
  });
  const answer = await fetch(`${url}${path}`, { headers: { 'x-aws-ec2-metadata-token': await token.text() } });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}

function ssmOf(emulator: Emulator, credentials: AccessKey = emulator.credentials.forUser()): SSMClient {
  const client = new SSMClient({ endpoint: emulator.endpoint, region, credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}

/** The host's first machine; it is there soon after the instance runs. */
async function launched(machines: readonly Machine[]): Promise<Machine> {
  return vi.waitFor(() => {
    const [machine] = machines;
    if (machine === undefined) throw new Error('The instance has no guest.');
    return machine;
  });
}

describe('the guest of a launched instance', () => {
  it('boots with its user data, address and metadata, in which its tags are', async () => {
    const { host, machines } = recorded();
    const { emulator, ids } = await deployed(router(), { guests: host });
    const machine = await launched(machines);
    expect(machine).toMatchObject({
      instance: ids['Instance'],
      region,
      zone: `${region}b`,
      type: 't3.medium',
      userData: Buffer.from('#cloud-config\n'),
      interfaces: [
        { id: ids['Interface'], address: '10.1.0.10', subnet: '10.1.0.0/24', publicAddress: ids['Address'] },
      ],
      endpoint: emulator.endpoint,
      metadataUrl: emulator.metadataUrl(ids['Instance'] ?? ''),
    });
    const read = async (path: string) => (await metadata(machine.metadataUrl, path)).body.toString();
    expect(await read('/latest/meta-data/instance-id')).toBe(ids['Instance']);
    expect(await read('/latest/user-data')).toBe('#cloud-config\n');
    expect(await read('/latest/meta-data/tags/instance/vyos-failover-router')).toBe('tokyo-1');
    expect((await read('/latest/meta-data/tags/instance')).split('\n')).toContain('vyos-failover-router');
    expect(await metadata(machine.metadataUrl, '/latest/meta-data/tags/instance/none')).toMatchObject({ status: 404 });
  });

  it('has no tags in its metadata unless they are switched on, and compressed user data as they are', async () => {
    const { host, machines } = recorded();
    const compressed = Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff, 0x00]);
    await deployed(router({ MetadataOptions: {}, UserData: compressed.toString('base64') }), { guests: host });
    const { metadataUrl, userData } = await launched(machines);
    expect(userData).toEqual(compressed);
    expect((await metadata(metadataUrl, '/latest/user-data')).body).toEqual(compressed);
    expect(await metadata(metadataUrl, '/latest/meta-data/tags/instance')).toMatchObject({ status: 404 });
  });

  it('has the credentials of the role in its instance profile, which bind it to the role’s policies', async () => {
    const { host, machines } = recorded();
    const statement = { Effect: 'Allow', Action: 'ssm:DescribeInstanceInformation', Resource: '*' };
    const { emulator } = await deployed(withRole([statement]), { guests: host });
    const { metadataUrl, instance } = await launched(machines);
    const path = '/latest/meta-data/iam/security-credentials';
    expect((await metadata(metadataUrl, path)).body.toString()).toBe('tokyo-1-role');
    const keys = JSON.parse((await metadata(metadataUrl, `${path}/tokyo-1-role`)).body.toString()) as {
      AccessKeyId: string;
      SecretAccessKey: string;
      Token: string;
    };
    const ssm = ssmOf(emulator, {
      accessKeyId: keys.AccessKeyId,
      secretAccessKey: keys.SecretAccessKey,
      sessionToken: keys.Token,
    });
    expect(await ssm.send(new DescribeInstanceInformationCommand({}))).toMatchObject({ InstanceInformationList: [] });
    const send = ssm.send(new SendCommandCommand({ DocumentName: 'say', InstanceIds: [instance] }));
    expect(await refusal(send)).toMatchObject({ code: 'AccessDeniedException' });
  });

  it('is reached by Run Command from the registration of its agent on', async () => {
    const { host, machines } = recorded();
    const { emulator } = await deployed(withRole(), { guests: host });
    const { instance, agent } = await launched(machines);
    const ssm = ssmOf(emulator);
    const send = () => ssm.send(new SendCommandCommand({ DocumentName: 'say', InstanceIds: [instance] }));
    const online = async () => {
      const { InstanceInformationList = [] } = await ssm.send(new DescribeInstanceInformationCommand({}));
      return InstanceInformationList.map(({ InstanceId, PingStatus, AgentVersion }) => [
        InstanceId,
        PingStatus,
        AgentVersion,
      ]);
    };
    expect(await refusal(send())).toMatchObject({ code: 'InvalidInstanceId' });
    expect(await online()).toEqual([]);
    agent.register(shell, { version: '3.3.2800.0' });
    expect(await online()).toEqual([[instance, 'Online', '3.3.2800.0']]);
    const { Command } = await send();
    await eventually(emulator, () =>
      emulator.happenings.find((each) => each.kind === 'command' && each.status === 'Success'),
    );
    const CommandId = Command?.CommandId;
    const result = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: instance }));
    expect(result.StandardOutputContent).toBe(`${instance}\n`);
    agent.unregister();
    expect(await refusal(send())).toMatchObject({ code: 'InvalidInstanceId' });
  });

  it('may be commanded by the tags of its instance', async () => {
    const may = (value: string) => ({
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: '*',
      Condition: { StringLike: { 'ssm:resourceTag/vyos-failover-router': value } },
    });
    const document = { Effect: 'Allow', Action: 'ssm:SendCommand', Resource: `arn:aws:ssm:${region}:*:document/say` };
    const outcome = async (value: string) => {
      const { host, machines } = recorded(({ agent }) => agent.register(shell));
      const { emulator, ids } = await deployed(withRole([may(value), document]), { guests: host });
      const keys = emulator.credentials.forRole('arn:aws:iam::123456789012:role/tokyo-1-role', 'x');
      const send = new SendCommandCommand({ DocumentName: 'say', InstanceIds: [ids['Instance'] ?? ''] });
      await launched(machines);
      return ssmOf(emulator, keys)
        .send(send)
        .then(
          () => 'sent',
          (error: Error) => error.name,
        );
    };
    expect([await outcome('tokyo-1'), await outcome('tokyo-2')]).toEqual(['sent', 'AccessDeniedException']);
  });

  it('is stopped, started, rebooted, hung, recovered and terminated with its instance', async () => {
    const { host, machines, acts } = recorded();
    const { emulator } = await deployed(router(), { guests: host });
    const { instance } = await launched(machines);
    const { lifecycle } = emulator.ec2;
    lifecycle.reboot(region, instance);
    await vi.waitFor(() => expect(acts).toContain('boot'));
    lifecycle.hang(region, instance);
    lifecycle.recover(region, instance);
    lifecycle.stop(region, instance);
    await lifecycle.reached(region, instance, 'stopped');
    lifecycle.start(region, instance);
    await lifecycle.reached(region, instance, 'running');
    await vi.waitFor(() => expect(acts.filter((act) => act === 'boot')).toHaveLength(2));
    lifecycle.terminate(region, instance);
    await lifecycle.reached(region, instance, 'terminated');
    expect(acts).toEqual(['launch', 'halt', 'boot', 'freeze', 'resume', 'halt', 'boot', 'terminate']);
  });

  it('ends with the emulator', async () => {
    const { host, machines, acts } = recorded();
    const { emulator } = await deployed(router(), { guests: host });
    await launched(machines);
    await emulator.close();
    expect(acts).toEqual(['launch', 'terminate']);
  });

  it('writes to the serial console, which can be read', async () => {
    const { host, machines } = recorded(({ console: write }) => write('vyos-failover: waits for the network\n'));
    const { client } = await deployed(router(), { guests: host });
    const { instance } = await launched(machines);
    const { Output = '' } = await client.send(new GetConsoleOutputCommand({ InstanceId: instance }));
    expect(Buffer.from(Output, 'base64').toString()).toBe('vyos-failover: waits for the network\n');
  });

  it('is no failure of the stack if it cannot run: the machine is empty', async () => {
    const host: GuestHost = {
      launch() {
        throw new Error('no namespace');
      },
    };
    const { emulator, ids, client } = await deployed(router(), { guests: host });
    const found = await eventually(emulator, () => emulator.happenings.find(({ kind }) => kind === 'undelivered'));
    expect(found).toMatchObject({ to: ids['Instance'], reason: 'its guest cannot run: no namespace' });
    const { InstanceStatuses } = await client.send(new DescribeInstanceStatusCommand({}));
    expect(InstanceStatuses?.[0]?.InstanceState?.Name).toBe('running');
  });

  it('of an instance without a host is an empty machine: no agent registers', async () => {
    const { emulator, ids } = await deployed(withRole());
    const send = new SendCommandCommand({ DocumentName: 'say', InstanceIds: [ids['Instance'] ?? ''] });
    expect(await refusal(ssmOf(emulator).send(send))).toMatchObject({ code: 'InvalidInstanceId' });
  });
});

describe('the time of a launch', () => {
  it('is the emulator’s: the stack waits until the instance runs, and the guest boots later', async () => {
    const clock = manualClock();
    const { host, machines } = recorded();
    const { emulator } = await deployed(
      { Log: { Type: 'AWS::Logs::LogGroup' } },
      {
        clock,
        guests: host,
        ec2: {},
      },
    );
    const deployment = emulator.deploy(assemblyOf({ site: { Resources: router() } }));
    await eventually(emulator, () => emulator.happenings.find((each) => each.kind === 'event'));
    expect(emulator.stack('site').status).toBe('UPDATE_IN_PROGRESS');
    await clock.advance(5_000);
    await deployment;
    expect(machines).toEqual([]);
    await clock.advance(20_000);
    expect(await launched(machines)).toMatchObject({ type: 't3.medium' });
  });
});
