import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { role } from '../platform/assembly.fixture.ts';
import { assemblyOf, lastOperation, parameter, running } from './stacks.fixture.ts';

const document = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});
const managed = (action: string, more: object = {}) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { PolicyDocument: document(action), ManagedPolicyName: 'shared', ...more },
});
const inline = (action: string) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'inline', PolicyDocument: document(action), Roles: ['worker-role'] },
});
const profile = { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: ['worker-role'] } };
const withRole = { Resources: { Role: role() ?? {} } };
const withoutRole = { Resources: { Other: parameter('1') } };

const ROLE = 'arn:aws:iam::123456789012:role/worker-role';
const hasRole = (emulator: Emulator): boolean => {
  try {
    emulator.credentials.forRole(ROLE, 'session');
    return true;
  } catch {
    return false;
  }
};

describe('a role of a stack', () => {
  it('is deleted with what its own properties gave it', async () => {
    const own = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }];
    const emulator = await running({ a: { Resources: { Role: role(own) ?? {} } } });
    await emulator.deploy(assemblyOf({ a: withoutRole }));
    expect(hasRole(emulator)).toBe(false);
  });

  it.each([
    ['a managed policy', managed('s3:*', { Roles: ['worker-role'] }), 'must detach all policies first'],
    ['an inline policy', inline('s3:*'), 'must delete policies first'],
    ['an instance profile', profile, 'must remove roles from instance profile first'],
  ])('is not deleted while another stack has %s on it', async (_what, other, reason) => {
    const emulator = await running({ a: withRole, b: { Resources: { Other: other }, after: ['a'] } });
    await emulator.deploy(assemblyOf({ a: withoutRole }));
    expect(hasRole(emulator)).toBe(true);
    expect(emulator.stack('a').events.find(({ status }) => status === 'DELETE_FAILED')?.reason).toBe(
      `DeleteConflict: Cannot delete entity, ${reason}.`,
    );
  });
});

describe('a managed policy of a stack', () => {
  it('is detached from its own roles when it is deleted, and not from others', async () => {
    const own = { a: { Resources: { ...withRole.Resources, Shared: managed('s3:*', { Roles: [{ Ref: 'Role' }] }) } } };
    const emulator = await running(own);
    await emulator.deploy(assemblyOf({ a: withRole }));
    expect(lastOperation(emulator, 'a')).toContain('Shared DELETE_COMPLETE');
    const foreign = { ...role(), Properties: { ...role()?.Properties, RoleName: 'foreign', ManagedPolicyArns: [arn] } };
    await emulator.deploy(assemblyOf({ a: own.a, b: { Resources: { Foreign: foreign }, after: ['a'] } }));
    await emulator.deploy(assemblyOf({ a: withRole }));
    expect(emulator.stack('a').events.findLast(({ status }) => status === 'DELETE_FAILED')?.reason).toBe(
      'DeleteConflict: Cannot delete a policy attached to entities.',
    );
  });

  it('gets another document in place', async () => {
    const emulator = await running({ a: { Resources: { Shared: managed('s3:*') } } });
    await emulator.deploy(assemblyOf({ a: { Resources: { Shared: managed('ec2:*') } } }));
    expect(lastOperation(emulator, 'a')).toEqual([
      'a UPDATE_IN_PROGRESS',
      'Shared UPDATE_IN_PROGRESS',
      'Shared UPDATE_COMPLETE',
      'a UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'a UPDATE_COMPLETE',
    ]);
  });
});

const arn = 'arn:aws:iam::123456789012:policy/shared';
