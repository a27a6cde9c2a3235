import { AwsClient } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { region } from '../account.fixture.ts';
import { type Resources, role, run } from './assembly.fixture.ts';

const ROLE = 'arn:aws:iam::123456789012:role/people';
const document = (statement: unknown) => ({ Version: '2012-10-17', Statement: [statement] });
const trusting = (Principal: unknown): Resources[string] => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'people',
    AssumeRolePolicyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }),
  },
});

async function sts(emulator: Emulator, parameters: Record<string, string>, key = emulator.credentials.forUser()) {
  const client = new AwsClient({ ...key, service: 'sts', region, retries: 0 });
  const body = new URLSearchParams(parameters).toString();
  const text = await (await client.fetch(emulator.endpoint, { method: 'POST', body })).text();
  const part = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1] ?? '';
  const made = {
    accessKeyId: part('AccessKeyId'),
    secretAccessKey: part('SecretAccessKey'),
    sessionToken: part('SessionToken'),
  };
  return { arn: part('Arn'), code: part('Code'), key: made };
}

describe('AssumeRole', () => {
  const assume = { Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'i-0a1b2c3d4e5f60012' };

  it('lets the caller choose the session name of an assumed role', async () => {
    const emulator = await run({ People: trusting({ AWS: 'arn:aws:iam::123456789012:root' }) });
    const { arn, key } = await sts(emulator, assume);
    expect(arn).toBe('arn:aws:sts::123456789012:assumed-role/people/i-0a1b2c3d4e5f60012');
    expect((await sts(emulator, { Action: 'GetCallerIdentity' }, key)).arn).toBe(arn);
  });

  it.each([
    ['that trusts a service alone', trusting({ Service: 'ec2.amazonaws.com' })],
    ['that does not exist', role()],
  ])('does not work for a role %s', async (_, People) => {
    const emulator = await run({ People });
    expect(await sts(emulator, assume)).toMatchObject({ code: 'AccessDenied', arn: '' });
  });

  it('takes no name that AWS would not', async () => {
    const emulator = await run({ People: trusting({ AWS: 'arn:aws:iam::123456789012:root' }) });
    expect((await sts(emulator, { ...assume, RoleSessionName: 'a/b' })).code).toBe('ValidationError');
  });
});

describe('GetFederationToken', () => {
  const ask = (Action: string) => ({
    Action: 'GetFederationToken',
    Name: 'i-0a1b2c3d4e5f60012',
    Policy: JSON.stringify(document({ Effect: 'Allow', Action, Resource: '*' })),
  });

  it('makes a federated user of any name, who may do what the policy says', async () => {
    const emulator = await run({});
    const { arn, key } = await sts(emulator, ask('sns:Publish'));
    expect(arn).toBe('arn:aws:sts::123456789012:federated-user/i-0a1b2c3d4e5f60012');
    expect((await sts(emulator, ask('sns:Publish'), key)).code).toBe('AccessDenied');
  });
});

describe("IAM's quotas", () => {
  const policy = (size: number, index = 0): Resources => ({
    [`Managed${index}`]: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: document({ Effect: 'Allow', Action: 'sns:Publish', Resource: 'x'.repeat(size) }),
        Roles: [{ Ref: 'Role' }],
      },
    },
  });

  it('refuse a managed policy of more than 6,144 characters', async () => {
    await expect(run({ Role: role(), ...policy(6_144) })).rejects.toThrow('Cannot exceed quota for PolicySize: 6144');
  });

  it('refuse an eleventh managed policy on a role', async () => {
    const policies = Array.from({ length: 11 }, (_, index) => policy(10, index));
    await expect(run(Object.assign({ Role: role() }, ...policies) as Resources)).rejects.toThrow(
      'Cannot exceed quota for PoliciesPerRole: 10',
    );
  });

  it('refuse more than 10,240 characters in the policies of a role itself', async () => {
    const statement = { Effect: 'Allow', Action: 'sns:Publish', Resource: 'x'.repeat(10_240) };
    const inline = { PolicyName: 'p', PolicyDocument: document(statement), Roles: [{ Ref: 'Role' }] };
    await expect(run({ Role: role(), Inline: { Type: 'AWS::IAM::Policy', Properties: inline } })).rejects.toThrow(
      'Cannot exceed quota for RolePolicySize: 10240',
    );
  });
});
