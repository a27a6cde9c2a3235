import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it, onTestFinished } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { KeptEnvironments } from '#emulator/lambda/kept-environments.ts';
import { startEmulator } from '#emulator/start.ts';
import { account, region } from '../account.fixture.ts';
import { of, workerAlone, writeAssembly } from './assembly.fixture.ts';

/** A file of the function with a state of its own, as a chunk of a bundle has. */
const PART = `
  const counts = { served: 0 };
  export const loaded = process.env.LEVEL;
  export const count = () => (counts.served += 1);
`;
const INDEX = `
  import { count, loaded } from './part.mjs';
  const { LEVEL: level, ONLY: only, LAMBDA_TASK_ROOT: root } = process.env;
  export const handler = async () => ({ pid: process.pid, served: count(), loaded, level, only, cwd: process.cwd() === root });
`;

const served = async (emulator: Emulator, event: object = {}) =>
  ((await emulator.invoke('worker', event)).payload as { readonly served: number }).served;

it('an environment continues in the next emulator with the same code, variables and keys, and logs there', async () => {
  const kept = new KeptEnvironments();
  onTestFinished(() => kept.close());
  const start = async (directory: string) => {
    const emulator = await startEmulator({ account: account(), assembly: directory, kept });
    onTestFinished(() => emulator.close());
    return emulator;
  };
  const directory = writeAssembly(workerAlone());

  const first = await start(directory);
  const beside = await start(directory);
  expect([await served(first), await served(beside), await served(beside)]).toEqual([1, 1, 2]);
  expect(beside.endpoint).not.toBe(first.endpoint);
  await first.close();
  await beside.close();

  const next = await start(directory);
  expect([next.endpoint, await served(next, { do: 'log', line: 'hello' })]).toEqual([first.endpoint, 2]);
  expect(of(next, 'invocation')).toMatchObject([{ cold: false }]);
  expect([of(first, 'log'), of(next, 'log').map(({ line }) => line)]).toEqual([[], ['hello']]);
  await next.close();

  const other = await start(writeAssembly(workerAlone({ Environment: { Variables: { LEVEL: 'high' } } })));
  expect([await served(other), of(other, 'invocation')]).toMatchObject([1, [{ cold: true }]]);
});

it('an environment of another function starts over in the same process, with nothing of what that one had', async () => {
  const kept = new KeptEnvironments();
  onTestFinished(() => kept.close());
  const directory = writeAssembly(workerAlone(), { code: INDEX });
  writeFileSync(join(directory, 'asset.worker', 'part.mjs'), PART);
  const start = async (properties: Record<string, unknown>) => {
    writeFileSync(join(directory, 'site.template.json'), JSON.stringify({ Resources: workerAlone(properties) }));
    const emulator = await startEmulator({ account: account(), assembly: directory, kept });
    onTestFinished(() => emulator.close());
    return emulator;
  };
  const seen = async (emulator: Emulator) =>
    (await emulator.invoke('worker')).payload as Readonly<Record<string, unknown>>;

  const first = await start({ Environment: { Variables: { LEVEL: 'high', ONLY: 'here' } } });
  const { pid } = await seen(first);
  expect(await seen(first)).toMatchObject({ served: 2, loaded: 'high', level: 'high', only: 'here' });
  await first.close();

  const second = await start({ Environment: { Variables: { LEVEL: 'low' } } });
  expect(await seen(second)).toEqual({ pid, served: 1, loaded: 'low', level: 'low', cwd: true });
  expect(await seen(second)).toMatchObject({ pid, served: 2 });
  expect(of(second, 'invocation')).toMatchObject([{ cold: true }, { cold: false }]);
  await second.close();

  const broken = await start({ Handler: 'index.missing' });
  expect(await broken.invoke('worker')).toMatchObject({
    outcome: 'error',
    payload: { errorType: 'Runtime.HandlerNotFound' },
  });
  await broken.close();

  const third = await start({});
  expect((await seen(third))['pid']).not.toBe(pid);
});

it('an environment with NODE_OPTIONS, which count for a whole process, has a process of its own', async () => {
  const kept = new KeptEnvironments();
  onTestFinished(() => kept.close());
  const pidWith = async (Variables: object) => {
    const emulator = await startEmulator({
      account: account(),
      assembly: writeAssembly(workerAlone({ Environment: { Variables } })),
      kept,
    });
    const { payload } = await emulator.invoke('worker');
    await emulator.close();
    return (payload as { readonly pid: number }).pid;
  };
  const plain = await pidWith({});
  const optioned = await pidWith({ NODE_OPTIONS: '--no-warnings' });
  expect(optioned).not.toBe(plain);
  expect(await pidWith({ LEVEL: 'low' })).toBe(plain);
});

it.each([
  ['of the function itself: it is not kept, since functions remember what they could not write', 'worker', 1],
  ['of another caller: the function is kept', 'another', 2],
])('a fault strikes a call %s', async (_, sessionName, nowServed) => {
  const kept = new KeptEnvironments();
  onTestFinished(() => kept.close());
  const directory = writeAssembly(workerAlone());
  const start = () => startEmulator({ account: account(), assembly: directory, kept });

  const first = await start();
  // Its keys are the first that either emulator makes.
  await served(first);
  first.faults.add({ kind: 'error', code: 'InternalError', service: 'sts' });
  const role = 'arn:aws:iam::123456789012:role/worker-role';
  const sts = new STSClient({
    region,
    endpoint: first.endpoint,
    credentials: first.credentials.forRole(role, sessionName),
    maxAttempts: 1,
  });
  await expect(sts.send(new GetCallerIdentityCommand())).rejects.toMatchObject({ name: 'InternalError' });
  await first.close();

  const next = await start();
  onTestFinished(() => next.close());
  expect([next.endpoint, await served(next)]).toEqual([first.endpoint, nowServed]);
});
