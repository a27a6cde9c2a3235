import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { commandLine } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';

const STACK = 'vyos-failover-tokyo-virginia--tokyo--route-latency';
const TAGS = { 'vyos-failover-route-latency': 'tokyo-virginia/tokyo' };

const flip = (n: number, [api, switched]: readonly [number, number | '-'] = [40, 240], lost: number | '-' = 0) =>
  `\nroute-latency flip n=${n} at=1796119200.250 api=${api} first=${switched} switched=${switched} lost=${lost} .\n`;
const READY = '[   9.1] cloud-init: x\nroute-latency ready receivers=2 .\n';
const END = '\nroute-latency end flips=3 .\n';

let cloud: FakeCloud;
let now: number;
/** What the console shows, one element for each read; the last one stays. */
let shown: string[];
const run = (options: readonly string[], more: Parameters<typeof commandLine>[1] = {}) =>
  commandLine(['route-latency', 'tokyo', '--topology', 'tokyo-virginia.yaml', ...options], {
    cloud,
    now: () => now,
    sleep: async (ms) => void (now += ms),
    ...more,
  });

beforeEach(() => {
  cloud = new FakeCloud();
  cloud.onCreate = (stack) => void (stack.outputs = { InstanceId: 'i-meter' });
  now = Date.parse('2026-12-01T10:00:00Z');
  shown = ['', READY, READY + flip(1), flip(1) + flip(2, [60, 200]) + flip(3, [50, 40], 4) + END];
  cloud.onConsole = () => (shown.length > 1 ? shown.shift() : shown[0]) ?? '';
});

describe('a measurement', () => {
  it('shows API time and data plane apart, and leaves nothing', async () => {
    const { exitCode, stdout } = await run(['--flips', '3', '--yes', '--json']);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        schema: 'vyos-failover.route-latency/1',
        outcome: 'measured',
        summary: {
          api: { count: 3, p50: 50, p99: 60, max: 60 },
          // The data plane may change before EC2 answers.
          delay: { count: 3, p50: 140, p99: 200, max: 200 },
          switched: { p50: 200, max: 240 },
          lost: { p50: 0, max: 4 },
        },
        left: [],
      },
    ]);
    expect(cloud.calls).toEqual([`create ${STACK}`, `delete ${STACK}`]);
    expect(await cloud.listStacks('ap-northeast-1')).toEqual([]);
  });

  it('writes each flip to a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'route-latency-'));
    try {
      shown = [READY + flip(1) + flip(2, [41, '-'], '-') + END];
      await run(['--flips', '2', '--yes', '--csv', join(folder, 'flips.csv')]);
      expect(readFileSync(join(folder, 'flips.csv'), 'utf8')).toBe(
        'n,at,apiMs,firstMs,switchedMs,delayMs,lost\n' +
          '1,2026-12-01T10:00:00.250Z,40,240,240,200,0\n2,2026-12-01T10:00:00.250Z,41,,,,\n',
      );
      const before = readFileSync(join(folder, 'flips.csv'), 'utf8');
      shown = ['\nroute-latency failed n=0 why=UnauthorizedOperation .\n\nroute-latency end flips=0 .\n'];
      await run(['--flips', '2', '--yes', '--csv', join(folder, 'flips.csv')]);
      expect(readFileSync(join(folder, 'flips.csv'), 'utf8')).toBe(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('does not begin if the file for the flips cannot be written', async () => {
    const { exitCode, stderr } = await run(['--flips', '2', '--yes', '--csv', '/dev/null/flips.csv']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('/dev/null/flips.csv cannot be written')]);
    expect(cloud.calls).toEqual([]);
  });

  it.each([
    ['stays silent', [''], 'The console of the measuring host shows no new readings.'],
    [
      'may not replace the route',
      ['\nroute-latency failed n=0 why=UnauthorizedOperation .\n\nroute-latency end flips=0 .\n'],
      'EC2 did not replace the route: UnauthorizedOperation (flip 0 of 3).',
    ],
    ['loses a reading', [READY + flip(1) + flip(3) + END], 'The console lacks 1 of 3 readings.'],
  ])('that %s fails, and its stack is deleted', async (_, console, says) => {
    shown = [...console];
    const { exitCode, stdout } = await run(['--flips', '3', '--yes']);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining(says)]);
    expect(cloud.calls.at(-1)).toBe(`delete ${STACK}`);
  });

  it('counts a throttled call apart', async () => {
    shown = [`${READY + flip(1)}\nroute-latency failed n=2 why=RequestLimitExceeded .\n${flip(3)}${END}`];
    const { exitCode, stdout } = await run(['--flips', '3', '--yes']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('1 call failed: RequestLimitExceeded.')]);
  });

  it('names what could not be deleted, and the command that continues', async () => {
    cloud.onDelete = () => (stack) =>
      void Object.assign(stack, { status: 'DELETE_FAILED', reason: 'Vpc has dependencies' });
    const { exitCode, stdout, stderr } = await run(['--flips', '3', '--yes']);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('left: Vpc has dependencies')]);
    expect(stderr).toContain('next: vyos-failover route-latency tokyo --clean-up');
  });

  it('is deleted after Ctrl-C, with the flips so far', async () => {
    const interrupt = new AbortController();
    const sleep = async () => {
      if (cloud.calls.length > 0 && shown.length === 1) interrupt.abort();
    };
    shown = ['', READY + flip(1)];
    const { exitCode, stdout } = await run(['--flips', '3', '--yes', '--json'], { sleep, signal: interrupt.signal });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([130, { outcome: 'interrupted', left: [] }]);
    expect(await cloud.listStacks('ap-northeast-1')).toEqual([]);
  });
});

it('is deleted after Ctrl-C during its creation, also where CloudFormation refuses that before the end of the creation', async () => {
  const interrupt = new AbortController();
  const deleteStack = cloud.deleteStack.bind(cloud);
  cloud.deleteStack = (stack) =>
    cloud.stacks.get(STACK)?.status === 'CREATE_IN_PROGRESS'
      ? Promise.reject(new Error(`Stack [${STACK}] cannot be deleted while in status CREATE_IN_PROGRESS`))
      : deleteStack(stack);
  const sleep = async () => {
    if (cloud.calls.length > 0) interrupt.abort();
  };
  const { exitCode, stdout } = await run(['--yes', '--json'], { sleep, signal: interrupt.signal });
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([130, { outcome: 'interrupted', left: [] }]);
  expect(cloud.calls).toEqual([`create ${STACK}`, `delete ${STACK}`]);
});

describe('a measurement that was killed', () => {
  beforeEach(() => cloud.add(STACK, { status: 'CREATE_COMPLETE', region: 'ap-northeast-1', tags: TAGS }));

  it('prevents another one', async () => {
    const { exitCode, stdout, stderr } = await run(['--yes']);
    expect([exitCode, stdout]).toEqual([4, expect.stringContaining(`the stack ${STACK} (CREATE_COMPLETE)`)]);
    expect(stderr).toContain('next: vyos-failover route-latency tokyo --clean-up');
    expect(cloud.calls).toEqual([]);
  });

  it('is deleted by --clean-up, which then finds nothing', async () => {
    expect((await run(['--clean-up', '--yes'])).stdout).toContain(`Deleted ${STACK}.`);
    const again = await run(['--clean-up', '--yes']);
    expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining('has no stack of a measurement')]);
  });
});

it('never deletes a stack that has its name but not its tag', async () => {
  cloud.add(STACK, { region: 'ap-northeast-1' });
  cloud.createStack = () =>
    Promise.reject(Object.assign(new Error(`Stack [${STACK}] already exists`), { name: 'AlreadyExistsException' }));
  expect((await run(['--yes'])).exitCode).toBe(1);
  expect((await run(['--clean-up', '--yes'])).exitCode).toBe(0);
  expect(cloud.calls).toEqual([]);
});

it('leaves the stack of a measurement that another operator has begun meanwhile', async () => {
  cloud.createStack = () => {
    cloud.add(STACK, { status: 'CREATE_IN_PROGRESS', region: 'ap-northeast-1', tags: TAGS });
    return Promise.reject(
      Object.assign(new Error(`Stack [${STACK}] already exists`), { name: 'AlreadyExistsException' }),
    );
  };
  const { exitCode, stdout } = await run(['--yes']);
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining('already exists')]);
  expect(cloud.calls).toEqual([]);
});

it('names the permissions that are missing', async () => {
  cloud.createStack = () => Promise.reject(Object.assign(new Error('not authorized'), { name: 'AccessDenied' }));
  const { exitCode, stdout } = await run(['--yes']);
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining('grant cloudformation:CreateStack')]);
});

it.each([['--dry-run'], ['--clean-up', '--dry-run']])('%s changes nothing', async (...options) => {
  cloud.add('other', { region: 'ap-northeast-1' });
  const { exitCode } = await run(options);
  expect([exitCode, cloud.calls]).toEqual([0, []]);
});
