import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { refusal } from '../refusal.ts';
import { openSsm, region } from './setup.ts';

const psk = '/vyos-failover/psk/one';

const get = async (client: SSMClient, Name: string, WithDecryption?: boolean) =>
  (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;

test('A SecureString shows its value only when decryption is asked for', async () => {
  const { client } = await openSsm();
  expect(await get(client, psk, true)).toMatchObject({
    Name: psk,
    Type: 'SecureString',
    Value: 'hunter2',
    Version: 1,
    ARN: `arn:aws:ssm:${region}:123456789012:parameter/vyos-failover/psk/one`,
  });
  const sealed = (await get(client, psk))?.Value;
  expect(sealed).toMatch(/^[A-Za-z0-9+/=]{20,}$/);
  expect(sealed).not.toContain('hunter2');
});

test('Every put is a version, and each can be had by its number, by name or by ARN', async () => {
  const { client } = await openSsm();
  const put = (Value: string) =>
    client.send(new PutParameterCommand({ Name: '/serf/key', Value, Type: 'String', Overwrite: true }));
  await put('one');
  expect((await put('two')).Version).toBe(2);
  expect(await get(client, '/serf/key')).toMatchObject({ Value: 'two', Version: 2 });
  expect(await get(client, '/serf/key:1')).toMatchObject({ Name: '/serf/key', Value: 'one', Selector: ':1' });
  expect(await get(client, `arn:aws:ssm:${region}:123456789012:parameter/serf/key:1`)).toMatchObject({ Value: 'one' });
});

test('GetParameters gives what there is and names what there is not', async () => {
  const { client } = await openSsm();
  const answer = await client.send(
    new GetParametersCommand({ Names: [psk, '/other', `${psk}:9`], WithDecryption: true }),
  );
  expect(answer.Parameters?.map(({ Value }) => Value)).toEqual(['hunter2']);
  expect(answer.InvalidParameters).toEqual(['/other', `${psk}:9`]);
});

test('A path gives its own parameters, and those below it if asked, in pages', async () => {
  const { client, ssm } = await openSsm();
  const store = ssm.parameters(region);
  for (const name of ['/a/1', '/a/2', '/a/b/3', '/ab/4']) {
    store.put(name, 'x', { type: 'String', overwrite: false, advanced: false, now: 0 });
  }
  const names = async (Recursive: boolean) =>
    (await client.send(new GetParametersByPathCommand({ Path: '/a', Recursive }))).Parameters?.map(({ Name }) => Name);
  expect([await names(false), await names(true)]).toEqual([
    ['/a/1', '/a/2'],
    ['/a/1', '/a/2', '/a/b/3'],
  ]);
  const first = await client.send(new GetParametersByPathCommand({ Path: '/a', Recursive: true, MaxResults: 2 }));
  const second = await client.send(
    new GetParametersByPathCommand({ Path: '/a', Recursive: true, MaxResults: 2, NextToken: first.NextToken }),
  );
  expect([second.Parameters?.map(({ Name }) => Name), second.NextToken]).toEqual([['/a/b/3'], undefined]);
});

test('A deleted parameter is not found', async () => {
  const { client } = await openSsm();
  await client.send(new DeleteParameterCommand({ Name: psk }));
  expect(await refusal(get(client, psk))).toMatchObject({ code: 'ParameterNotFound', status: 400 });
  expect(await refusal(client.send(new DeleteParameterCommand({ Name: psk })))).toMatchObject({
    code: 'ParameterNotFound',
  });
});

test.each<[string, string, Partial<PutParameterCommandInput>]>([
  ['a parameter that exists', 'ParameterAlreadyExists', { Name: psk }],
  ['more than 4 KB', 'ValidationException', { Value: 'x'.repeat(4097) }],
  ['more than 8 KB in the advanced tier', 'ValidationException', { Value: 'x'.repeat(8193), Tier: 'Advanced' }],
  ['an empty value', 'ValidationException', { Value: '' }],
  ['a name with a space', 'ValidationException', { Name: '/a b' }],
  ['a path that does not begin with /', 'ValidationException', { Name: 'a/b' }],
  ['no type for a new parameter', 'ValidationException', { Type: undefined }],
  ['a value against its pattern', 'ParameterPatternMismatchException', { AllowedPattern: '^\\d+$' }],
])('PutParameter refuses %s with %s', async (_name, code, input) => {
  const { client } = await openSsm();
  const call = client.send(new PutParameterCommand({ Name: '/new', Value: 'x', Type: 'String', ...input }));
  expect(await refusal(call)).toMatchObject({ code, status: 400 });
});

test('4 KB fit', async () => {
  const { client } = await openSsm();
  const put = new PutParameterCommand({ Name: '/new', Value: 'x'.repeat(4096), Type: 'String' });
  expect((await client.send(put)).Version).toBe(1);
});

test.each([
  ['an unknown parameter', 'ParameterNotFound', '/other'],
  ['an unknown version', 'ParameterVersionNotFound', `${psk}:9`],
])('GetParameter refuses %s with %s', async (_name, code, name) => {
  const { client } = await openSsm();
  expect(await refusal(get(client, name))).toMatchObject({ code, status: 400 });
});

test('IAM is asked about the parameter’s ARN, without the version', async () => {
  const { client, door } = await openSsm();
  await get(client, `${psk}:1`);
  expect(door.calls[0]).toMatchObject({
    action: 'ssm:GetParameter',
    resources: [{ arn: `arn:aws:ssm:${region}:123456789012:parameter/vyos-failover/psk/one` }],
  });
});
