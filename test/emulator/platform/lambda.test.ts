import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { region } from '../account.fixture.ts';
import { manualClock } from '../manual-clock.ts';
import { eventually, of, run, worker, workerAlone } from './assembly.fixture.ts';

const lambda = (emulator: Emulator) =>
  new LambdaClient({
    endpoint: emulator.endpoint,
    region,
    credentials: emulator.credentials.forUser(),
    maxAttempts: 1,
  });
const invoke = async (emulator: Emulator, event: unknown) =>
  (await emulator.invoke('worker', event)).payload as Record<string, unknown>;
const colds = (emulator: Emulator) =>
  of(emulator, 'invocation').map(({ cold, outcome }) => [cold ? 'cold' : 'warm', outcome]);

describe('a function', () => {
  it('starts cold once and is warm from then on', async () => {
    const emulator = await run(workerAlone());
    const [first, second] = [await invoke(emulator, {}), await invoke(emulator, {})];
    expect([first['served'], second['served'], first['pid'] === second['pid']]).toEqual([1, 2, true]);
    expect(colds(emulator)).toEqual([
      ['cold', 'ok'],
      ['warm', 'ok'],
    ]);
  });

  it('runs concurrent invocations in environments of their own', async () => {
    const emulator = await run(workerAlone());
    const results = await Promise.all([1, 2].map(() => invoke(emulator, { do: 'wait', ms: 50 })));
    expect(new Set(results.map(({ pid }) => pid)).size).toBe(2);
  });

  it("sees Lambda's variables and the template's, and nothing of this process", async () => {
    process.env['OF_THE_TESTER'] = 'secret';
    const emulator = await run(workerAlone({ Environment: { Variables: { LEVEL: 'high', LIMIT: 3 } } }));
    const env = await invoke(emulator, { do: 'environment' });
    expect(env).toMatchObject({
      LEVEL: 'high',
      LIMIT: '3',
      AWS_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: 'worker',
      _HANDLER: 'index.handler',
      AWS_ENDPOINT_URL: emulator.endpoint,
    });
    expect(env).not.toHaveProperty('OF_THE_TESTER');
    expect(env).not.toHaveProperty('HOME');
  });

  it('reports what the handler throws and stays warm', async () => {
    const emulator = await run(workerAlone());
    const answer = await lambda(emulator).send(
      new InvokeCommand({ FunctionName: 'worker', Payload: '{"do":"throw"}' }),
    );
    expect(answer.FunctionError).toBe('Unhandled');
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no such luck',
    });
    await invoke(emulator, {});
    expect(colds(emulator)).toEqual([
      ['cold', 'error'],
      ['warm', 'ok'],
    ]);
  });

  it('is ended at its timeout and starts cold again', async () => {
    const emulator = await run(workerAlone({ Timeout: 1 }));
    const { outcome, payload } = await emulator.invoke('worker', { do: 'hang' });
    expect([outcome, payload]).toEqual([
      'timeout',
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1.00 seconds$/) as string,
      },
    ]);
    expect((await invoke(emulator, {}))['served']).toBe(1);
  });

  it('is reported when its process ends, and starts cold again', async () => {
    const emulator = await run(workerAlone());
    expect(await invoke(emulator, { do: 'exit' })).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('exit status 7') as string,
    });
    expect((await invoke(emulator, {}))['served']).toBe(1);
    expect(colds(emulator)).toEqual([
      ['cold', 'error'],
      ['cold', 'ok'],
    ]);
  });

  it.each([
    ['throws while it loads', 'throw new RangeError("at load")', 'RangeError'],
    ['does not export its handler', 'export const other = 1', 'Runtime.HandlerNotFound'],
  ])('fails every invocation when its module %s', async (_what, code, errorType) => {
    const emulator = await run(workerAlone(), { code });
    expect(await invoke(emulator, {})).toMatchObject({ errorType });
    expect(await invoke(emulator, {})).toMatchObject({ errorType });
  });

  it('refuses more than its reserved concurrency', async () => {
    const emulator = await run(workerAlone({ ReservedConcurrentExecutions: 1 }));
    const busy = invoke(emulator, { do: 'hang' });
    const refused = lambda(emulator).send(new InvokeCommand({ FunctionName: 'worker' }));
    await expect(refused).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await emulator.close();
    await busy;
  });

  it('puts each line that it writes into the timeline', async () => {
    const emulator = await run(workerAlone());
    await invoke(emulator, { do: 'log', line: 'one\ntwo' });
    expect(of(emulator, 'log').map(({ line }) => line)).toEqual(['one', 'two']);
  });
});

describe('an asynchronous invocation', () => {
  const start = (emulator: Emulator, event: unknown) =>
    lambda(emulator).send(
      new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload: JSON.stringify(event) }),
    );

  it('is accepted at once and runs later', async () => {
    const emulator = await run(workerAlone());
    expect((await start(emulator, { do: 'log', line: 'ran' })).StatusCode).toBe(202);
    await eventually(emulator, () => of(emulator, 'invocation')[0]);
    expect(of(emulator, 'log').map(({ line }) => line)).toEqual(['ran']);
  });

  it('waits while two of its function run, so that a dozen events start two processes', async () => {
    const emulator = await run(workerAlone());
    await Promise.all(Array.from({ length: 5 }, () => start(emulator, { do: 'wait', ms: 5 })));
    await eventually(emulator, () => (of(emulator, 'invocation').length === 5 ? true : undefined));
    expect(of(emulator, 'invocation').filter(({ cold }) => cold)).toHaveLength(2);
  });

  it('is retried twice, after one and two minutes, and then dropped', async () => {
    const clock = manualClock();
    const emulator = await run(workerAlone(), { clock });
    await start(emulator, { do: 'throw' });
    const attempts = (count: number) =>
      eventually(emulator, () => (of(emulator, 'invocation').length >= count ? true : undefined));
    const later = async (ms: number) => {
      // The retry goes to sleep only after the attempt has been recorded.
      await setImmediate();
      await clock.advance(ms);
    };
    await attempts(1);
    await later(59_999);
    expect(of(emulator, 'invocation')).toHaveLength(1);
    await later(1);
    await attempts(2);
    await later(120_000);
    await attempts(3);
    const dropped = await eventually(emulator, () => of(emulator, 'undelivered')[0]);
    expect(dropped.reason).toBe('Lambda dropped the event: 3 attempts failed.');
  });

  it('is not retried when the retry would come after the longest age of an event', async () => {
    const config = {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'Worker' }, Qualifier: '$LATEST', MaximumEventAgeInSeconds: 59 },
    };
    const emulator = await run({ ...workerAlone(), Config: config });
    await start(emulator, { do: 'throw' });
    const dropped = await eventually(emulator, () => of(emulator, 'undelivered')[0]);
    expect(dropped.reason).toBe('Lambda dropped the event: it is older than 59 s.');
  });
});

describe.skipIf(process.platform !== 'linux')('close', () => {
  it('leaves no process behind, also not of a function that is busy', async () => {
    const before = children();
    const emulator = await run(workerAlone(), { takesProcesses: false });
    await Promise.all([1, 2].map(() => invoke(emulator, { do: 'wait', ms: 20 })));
    const hanging = emulator.invoke('worker', { do: 'hang' });
    expect(children().length).toBeGreaterThan(before.length);
    await emulator.close();
    expect((await hanging).outcome).toBe('error');
    expect(children().filter((pid) => !before.includes(pid))).toEqual([]);
    await expect(fetch(emulator.endpoint)).rejects.toThrow('fetch failed');
  });

  it('starts none of the events that wait', async () => {
    const before = children();
    const emulator = await run(workerAlone(), { takesProcesses: false });
    const hang = { FunctionName: 'worker', InvocationType: 'Event', Payload: '{"do":"hang"}' } as const;
    await Promise.all([1, 2, 3].map(() => lambda(emulator).send(new InvokeCommand(hang))));
    await emulator.close();
    await setImmediate();
    expect(of(emulator, 'invocation').length).toBeLessThanOrEqual(2);
    expect(children().filter((pid) => !before.includes(pid))).toEqual([]);
  });

  it('is done for you when the stacks cannot be deployed', async () => {
    const before = children();
    const resources = { ...workerAlone(), Worker: worker({ Handler: 'nothing' }) };
    await expect(run(resources)).rejects.toThrow(/must be file\.export/);
    expect(children().filter((pid) => !before.includes(pid))).toEqual([]);
  });
});

/** Processes that this one started and that still run. */
function children(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      // "pid (name) state ppid …"; the name may have spaces and parentheses.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(process.pid);
    } catch {
      return false;
    }
  });
}
