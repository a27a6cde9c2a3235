import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it, onTestFinished } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { KeptEnvironments } from '#emulator/lambda/kept-environments.ts';
import { startEmulator } from '#emulator/start.ts';
import { account, region } from '../account.fixture.ts';
import { of, workerAlone, writeAssembly } from './assembly.fixture.ts';

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
