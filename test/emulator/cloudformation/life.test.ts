import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import { account, region } from '../account.fixture.ts';
import { role, worker, writeAssembly } from '../platform/assembly.fixture.ts';
import { assemblyOf, impossible, lastOperation, parameter, running } from './stacks.fixture.ts';

const valueOf = (emulator: Emulator, name: string): string | undefined =>
  emulator.ssm.parameters(region).find(name)?.value;

const one = (value: string, more: object = {}) => ({ Resources: { One: parameter(value, { Name: '/one' }), ...more } });

describe('a deployment of another assembly', () => {
  it('creates, updates and leaves stacks', async () => {
    const emulator = await running({ a: one('1'), b: { Resources: { Two: parameter('2', { Name: '/two' }) } } });
    const deployed = await emulator.deploy(
      assemblyOf({
        a: one('changed'),
        b: { Resources: { Two: parameter('2', { Name: '/two' }) } },
        c: { Resources: { Three: parameter('3', { Name: '/three' }) } },
      }),
    );
    expect(deployed).toEqual([
      { name: 'a', region, result: 'updated' },
      { name: 'b', region, result: 'unchanged' },
      { name: 'c', region, result: 'created' },
    ]);
    expect(['/one', '/two', '/three'].map((name) => valueOf(emulator, name))).toEqual(['changed', '2', '3']);
    expect(emulator.stack('a').status).toBe('UPDATE_COMPLETE');
    expect(emulator.stack('b').status).toBe('CREATE_COMPLETE');
  });

  it('changes a resource whose reference changed, and none whose properties are the same', async () => {
    const template = (value: string) => ({
      Resources: {
        Reader: parameter({ 'Fn::GetAtt': ['Source', 'Value'] }, { Name: '/reader' }),
        Source: parameter(value),
        Other: parameter('same'),
      },
    });
    const emulator = await running({ a: template('1') });
    await emulator.deploy(assemblyOf({ a: template('2') }));
    expect(valueOf(emulator, '/reader')).toBe('2');
    expect(lastOperation(emulator, 'a')).toEqual([
      'a UPDATE_IN_PROGRESS',
      'Source UPDATE_IN_PROGRESS',
      'Source UPDATE_COMPLETE',
      'Reader UPDATE_IN_PROGRESS',
      'Reader UPDATE_COMPLETE',
      'a UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'a UPDATE_COMPLETE',
    ]);
  });

  it('replaces a resource, new before old, and those that refer to it see the new one', async () => {
    const template = (pattern: string) => ({
      Resources: {
        Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: pattern } },
        Reader: parameter({ Ref: 'Topic' }, { Name: '/reader' }),
      },
    });
    const emulator = await running({ a: template('old') });
    await emulator.deploy(assemblyOf({ a: template('new') }));
    expect(valueOf(emulator, '/reader')).toMatch(/:new$/);
    expect(lastOperation(emulator, 'a')).toEqual([
      'a UPDATE_IN_PROGRESS',
      'Topic UPDATE_IN_PROGRESS',
      'Topic UPDATE_IN_PROGRESS',
      'Topic CREATE_IN_PROGRESS',
      'Topic CREATE_COMPLETE',
      'Reader UPDATE_IN_PROGRESS',
      'Reader UPDATE_COMPLETE',
      'a UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Topic DELETE_IN_PROGRESS',
      'Topic DELETE_COMPLETE',
      'a UPDATE_COMPLETE',
    ]);
  });

  it('cannot replace a resource with a name of its own, and returns to what was', async () => {
    const document = (text: string) => ({
      Type: 'AWS::SSM::Document',
      Properties: {
        Name: 'mine',
        Content: {
          schemaVersion: '2.2',
          mainSteps: [{ action: 'aws:runShellScript', name: 'one', inputs: { runCommand: [text] } }],
        },
      },
    });
    const emulator = await running({ a: one('1', { Document: document('old') }) });
    const deployed = emulator.deploy(assemblyOf({ a: one('2', { Document: document('new') }) }));
    await expect(deployed).rejects.toThrow(
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename mine and update the stack again.',
    );
    expect(emulator.stack('a').status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(valueOf(emulator, '/one')).toBe('1');
    expect(emulator.ssm.documents(region).find('mine').content).toContain('old');
  });

  it('deletes what left the template, except what its DeletionPolicy retains', async () => {
    const kept = { ...parameter('kept', { Name: '/kept' }), DeletionPolicy: 'Retain' };
    const excepted = { ...parameter('excepted', { Name: '/excepted' }), DeletionPolicy: 'RetainExceptOnCreate' };
    const gone = parameter('gone', { Name: '/gone' });
    const emulator = await running({ a: one('1', { Kept: kept, Excepted: excepted, Gone: gone }) });
    await emulator.deploy(assemblyOf({ a: one('1') }));
    expect(['/kept', '/excepted', '/gone'].map((name) => valueOf(emulator, name))).toEqual([
      'kept',
      'excepted',
      undefined,
    ]);
    expect(lastOperation(emulator, 'a')).toContain('Kept DELETE_SKIPPED');
  });

  it('leaves a replaced resource whose UpdateReplacePolicy retains it', async () => {
    const template = (name: string) => ({
      Resources: { One: { ...parameter('1', { Name: name }), UpdateReplacePolicy: 'Retain' } },
    });
    const emulator = await running({ a: template('/old') });
    await emulator.deploy(assemblyOf({ a: template('/new') }));
    expect([valueOf(emulator, '/old'), valueOf(emulator, '/new')]).toEqual(['1', '1']);
  });

  it('that fails gives the resources their earlier values, deletes the new ones, and deploys no later stack', async () => {
    const emulator = await running({ a: one('1') });
    const fresh = parameter('fresh', { Name: '/fresh' });
    const failing = assemblyOf({
      a: one('2', { Fresh: fresh, Impossible: { ...impossible, DependsOn: ['Fresh', 'One'] } }),
      b: { Resources: { Two: parameter('2', { Name: '/two' }) } },
    });
    await expect(emulator.deploy(failing)).rejects.toThrow(
      /The stack a in ap-northeast-1 is UPDATE_ROLLBACK_COMPLETE[^]*Impossible \(AWS::Events::Rule\) CREATE_FAILED: .*rate\(1 parsec\)/,
    );
    expect(['/one', '/fresh', '/two'].map((name) => valueOf(emulator, name))).toEqual(['1', undefined, undefined]);
    expect(emulator.stacks).toEqual(['a']);
    await emulator.deploy(assemblyOf({ a: one('3') }));
    expect(valueOf(emulator, '/one')).toBe('3');
  });

  it('that fails after a replacement keeps the old resource, deletes the new one, and can be repeated', async () => {
    const template = (name: string, more: object = {}) => ({
      Resources: { One: parameter('1', { Name: name }), ...more },
    });
    const emulator = await running({ a: template('/old') });
    const failing = template('/new', { Impossible: { ...impossible, DependsOn: 'One' } });
    await expect(emulator.deploy(assemblyOf({ a: failing }))).rejects.toThrow('UPDATE_ROLLBACK_COMPLETE');
    expect([valueOf(emulator, '/old'), valueOf(emulator, '/new')]).toEqual(['1', undefined]);
    expect(emulator.stack('a').resources.get('One')?.identity.ref).toBe('/old');
    await emulator.deploy(assemblyOf({ a: template('/new') }));
    expect([valueOf(emulator, '/old'), valueOf(emulator, '/new')]).toEqual([undefined, '1']);
  });

  it('that fails to create a stack deletes what was made, and the next one creates it', async () => {
    const emulator = await running({ a: one('1') });
    const two = parameter('2', { Name: '/two' });
    const retained = { ...parameter('r', { Name: '/retained' }), DeletionPolicy: 'Retain' };
    const excepted = { ...parameter('e', { Name: '/excepted' }), DeletionPolicy: 'RetainExceptOnCreate' };
    const failing = { Two: two, Retained: retained, Excepted: excepted, Impossible: impossible };
    await expect(emulator.deploy(assemblyOf({ b: { Resources: failing } }))).rejects.toThrow('ROLLBACK_COMPLETE');
    expect(emulator.stack('b').status).toBe('ROLLBACK_COMPLETE');
    expect(['/two', '/retained', '/excepted'].map((name) => valueOf(emulator, name))).toEqual([
      undefined,
      'r',
      undefined,
    ]);
    await emulator.deploy(assemblyOf({ b: { Resources: { Two: two } } }));
    expect(emulator.stack('b').status).toBe('CREATE_COMPLETE');
  });
});

describe('parameters and conditions', () => {
  const template = (present: string) => ({
    Parameters: { Present: { Type: 'String', Default: present, AllowedValues: ['true', 'false'] } },
    Conditions: { IsPresent: { 'Fn::Equals': [{ Ref: 'Present' }, 'true'] } },
    Resources: {
      Always: parameter({ 'Fn::If': ['IsPresent', 'with', 'without'] }, { Name: '/always' }),
      Sometimes: { ...parameter('here', { Name: '/sometimes' }), Condition: 'IsPresent' },
    },
    Outputs: { Name: { Value: { Ref: 'Sometimes' }, Condition: 'IsPresent' } },
  });

  it('make resources and outputs, and a later deployment keeps the values that a parameter has', async () => {
    const emulator = await running({ a: template('true') });
    expect(valueOf(emulator, '/sometimes')).toBe('here');
    expect(emulator.stackOutputs('a')).toEqual({ Name: '/sometimes' });
    const deployed = await emulator.deploy(assemblyOf({ a: template('false') }));
    expect(deployed).toMatchObject([{ result: 'unchanged' }]);
    expect(valueOf(emulator, '/always')).toBe('with');
  });
});

describe('Fn::GetStackOutput', () => {
  const producer = (value: string, where?: string) => ({
    Resources: { One: parameter(value) },
    Outputs: { Value: { Value: { 'Fn::GetAtt': ['One', 'Value'] } } },
    ...(where !== undefined && { region: where }),
  });
  const reader = (output: object, more: object = {}) => ({
    Resources: { Reader: parameter({ 'Fn::GetStackOutput': output }, { Name: '/reader', ...more }) },
    after: ['producer'],
  });

  it('reads an output of a stack that was deployed before, in another region too', async () => {
    const output = { StackName: 'producer', OutputName: 'Value', Region: 'us-east-1' };
    const emulator = await running({ reader: reader(output), producer: producer('there', 'us-east-1') });
    expect(valueOf(emulator, '/reader')).toBe('there');
  });

  it('is resolved when the reading stack is updated, and not when the output changes', async () => {
    const output = { StackName: 'producer', OutputName: 'Value' };
    const emulator = await running({ producer: producer('1'), reader: reader(output) });
    await emulator.deploy(assemblyOf({ producer: producer('2'), reader: reader(output) }));
    expect(valueOf(emulator, '/reader')).toBe('1');
    await emulator.deploy(assemblyOf({ reader: { ...reader(output, { Tier: 'Advanced' }), after: [] } }));
    expect(valueOf(emulator, '/reader')).toBe('2');
  });

  it.each([
    [{ StackName: 'nowhere', OutputName: 'Value' }, 'there is no stack nowhere in ap-northeast-1'],
    [
      { StackName: 'producer', OutputName: 'Nothing' },
      'the stack producer in ap-northeast-1 (CREATE_COMPLETE) has no output Nothing',
    ],
  ])('of what is not there fails the reading stack: %j', async (output, sentence) => {
    const starting = startEmulator({
      account: account(),
      assembly: assemblyOf({ producer: producer('1'), reader: reader(output) }),
    });
    await expect(starting).rejects.toThrow(sentence);
  });
});

describe('existing resource types', () => {
  it('a function gets other code, settings and permissions', async () => {
    const resources = (timeout: number) => ({ Role: role(), Worker: worker({ Timeout: timeout }) });
    const code = (text: string) => `export const handler = async () => '${text}';`;
    const emulator = await startEmulator({
      account: account(),
      assembly: writeAssembly(resources(3), { code: code('old') }),
    });
    try {
      expect((await emulator.invoke('worker')).payload).toBe('old');
      await emulator.deploy(writeAssembly(resources(4), { code: code('new') }));
      expect((await emulator.invoke('worker')).payload).toBe('new');
    } finally {
      await emulator.close();
    }
  });

  it('a role with a policy of another stack cannot be deleted, and stays', async () => {
    const emulator = await running({
      a: { Resources: { Role: role(), Attached: attached({ Ref: 'Role' }) } },
      b: { Resources: { Foreign: attached('worker-role') }, after: ['a'] },
    });
    await expect(emulator.deploy(assemblyOf({ a: { Resources: { Other: parameter('1') } } }))).resolves.toMatchObject([
      { result: 'updated' },
    ]);
    expect(emulator.stack('a').reason).toContain('could not be deleted');
    expect(() => emulator.credentials.forRole('arn:aws:iam::123456789012:role/worker-role', 's')).not.toThrow();
  });
});

const attached = (name: unknown) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: {
    Roles: [name],
    PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
  },
});
