import { expect, it } from 'vitest';
import { of, run, workerAlone } from './assembly.fixture.ts';

it('a function that was idle for long starts cold, and takes as long as the latency model says', async () => {
  const emulator = await run(workerAlone());
  const control = (method: string, path: string, body: unknown = {}) =>
    fetch(`${emulator.endpoint}/_emulator/${path}`, { method, body: JSON.stringify(body) });
  const rules = [
    { service: 'lambda', operation: 'ColdStart', ms: 600 },
    { service: 'lambda', operation: 'WarmStart', ms: 30 },
  ];
  expect(await (await control('PUT', 'latency', rules)).json()).toEqual(rules);
  expect((await control('PUT', 'latency', [{ colour: 'red' }])).status).toBe(400);

  await emulator.invoke('worker');
  await emulator.invoke('worker');
  expect((await control('POST', 'functions/worker/end-idle-environments')).status).toBe(200);
  await emulator.invoke('worker');

  const invocations = of(emulator, 'invocation');
  expect(invocations.map(({ cold }) => cold)).toEqual([true, false, true]);
  const [first, second] = invocations;
  // The process starts within the 600 ms; timers may be a millisecond early.
  expect(first?.ms).toBeGreaterThanOrEqual(599);
  expect(first?.startMs).toBeGreaterThanOrEqual(599);
  expect(second?.startMs).toBeGreaterThanOrEqual(29);
  expect(of(emulator, 'latency').map(({ operation, ms }) => [operation, ms])).toEqual([
    ['ColdStart', 600],
    ['WarmStart', 30],
    ['ColdStart', 600],
  ]);
  expect((await control('POST', 'functions/other/end-idle-environments')).status).toBe(400);
});
