import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { stackEnvironment } from '#infra/stack-environment.ts';
import { whyWrongAccount } from '#infra/stack-of-site.ts';
import { loadTopology } from '#topology/load.ts';
import { AskedSite } from './asked-site.ts';
import { commandLine, examplesFolder } from './command-line.ts';

const example = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8');
const withAccount = (account: string) =>
  example.replace('name: tokyo-virginia', `name: tokyo-virginia\naccount: ${account}`);
const stdin = withAccount('"210987654321"');

describe('credentials of another account than the topology’s', () => {
  test.each([
    ['status'],
    ['status', 'tokyo'],
    ['explain', 'tokyo'],
    ['history', 'tokyo'],
    ['plan', 'tokyo'],
    ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'x', '--yes'],
    ['failback', 'tokyo', '--reason', 'x', '--yes'],
    ['pause', 'tokyo', '--for', '30m', '--reason', 'x', '--yes'],
    ['resume', 'tokyo', '--yes'],
    ['maintenance', 'on', 'tokyo', 'tokyo-1', '--reason', 'x', '--yes'],
    ['upgrade', 'tokyo', '--yes'],
    ['destroy', '--yes'],
    ['secrets', 'check'],
    ['secrets', 'create', '--yes'],
    ['config', 'diff', '--router', 'tokyo-1'],
    ['config', 'push', '--yes'],
    ['addresses'],
  ])('%s %s ends with 2, and calls nothing', async (...line) => {
    const site = new AskedSite();
    const { exitCode, stderr } = await site.run([...line, '--topology', '-'], {
      stdin,
      secrets: {
        readSecrets: () => Promise.reject(new Error('read')),
        createSecret: () => Promise.reject(new Error('x')),
      },
    });
    expect({ exitCode, asked: site.asked }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toContain(
      'the credentials are of account 123456789012, and topology tokyo-virginia is in account 210987654321: nothing was read or changed\n    hint: set AWS_PROFILE',
    );
  });

  test('cdk deploy refuses them, because the stacks are of the topology’s account', () => {
    const { topology } = loadTopology(stdin, 'x');
    if (topology === undefined) throw new Error('the example has mistakes');
    expect(stackEnvironment(topology, { region: 'eu-central-1' })).toEqual({
      region: 'eu-central-1',
      account: '210987654321',
    });
    const stack = (account: string) => new Stack(new App(), 'S', { env: { account, region: 'eu-central-1' } });
    expect(whyWrongAccount(stack('123456789012'), topology)).toContain(
      "Set env: { account: '210987654321' } on the stack.",
    );
    expect(whyWrongAccount(stack('210987654321'), topology)).toBeUndefined();
  });
});

test('a command continues with a note if STS does not answer', async () => {
  const site = new AskedSite();
  const { exitCode, stderr } = await site.run(['status', 'tokyo', '--topology', '-'], {
    stdin,
    callerAccount: () => Promise.reject(Object.assign(new Error('connect'), { name: 'TimeoutError' })),
  });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: 'note: the account of the credentials was not checked: TimeoutError: connect\n',
  });
});

test.each(['123456789012', '"12345678901"', '"1234-5678-9012"'])('account: %s is a mistake', async (account) => {
  const { exitCode, stdout } = await commandLine(['topology', 'validate', '-'], { stdin: withAccount(account) });
  expect([exitCode, stdout]).toEqual([2, expect.stringMatching(/account/)]);
});

test('validate notes that a topology states no account', async () => {
  const { stderr } = await commandLine(['topology', 'validate', '-'], { stdin: example });
  expect(stderr).toContain('note: account is not stated: ');
  expect((await commandLine(['topology', 'validate', '-'], { stdin })).stderr).not.toContain('account is not stated');
});
