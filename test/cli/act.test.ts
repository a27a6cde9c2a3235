import { isDeepStrictEqual } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { FunctionFailed } from '#aws/function-failed.ts';
import type { Call } from '#cli/environment.ts';
import { AskedSite } from './asked-site.ts';

let site: AskedSite;
beforeEach(() => {
  site = new AskedSite();
});

const switchover = ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'kernel'];
const atTerminal = (stdin: string) => ({
  terminal: true,
  stdin,
  env: { NO_COLOR: '1', VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml' },
});

describe('switchover', () => {
  test('shows the calls, asks for confirmation, moves the routes, and prints the next command', async () => {
    const { exitCode, stdout, stderr } = await site.run(switchover, atTerminal('y\n'));
    expect(exitCode).toBe(0);
    expect(stderr).toMatchInlineSnapshot(`
      "ann@desk asks for a switchover to tokyo-2 (kernel); tokyo-2 is fit and takes the routes.
      ROUTE TABLE            DESTINATION  FROM     TO
      rtb-0a1b2c3d4e5f60021  10.2.0.0/20  tokyo-1  → tokyo-2
      rtb-0a1b2c3d4e5f60022  10.2.0.0/20  tokyo-1  → tokyo-2
      Move 2 routes to tokyo-2? [y/N] next: vyos-failover history tokyo
      "
    `);
    expect(stdout).toMatchInlineSnapshot(`
      "✓ tokyo: ann@desk asks for a switchover to tokyo-2 (kernel); tokyo-2 was fit and took the routes.
        2 routes moved in 0 ms (swap 1)
      "
    `);
    expect(new Set(site.world.targets.values())).toEqual(new Set(['eni-0a1b2c3d4e5f60012']));
  });

  test.each(['n\n', '\n', 'yikes\n', ''])('changes nothing and ends with 4 on the answer %j', async (stdin) => {
    const { exitCode, stdout } = await site.run(switchover, atTerminal(stdin));
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: 'tokyo: declined; nothing was changed.\n' });
    expect(site.world.replaced).toEqual([]);
  });

  test('sends the operator and the reason to route-swap', async () => {
    await site.run([...switchover, '--yes', '--by', 'bob']);
    expect(site.asked.at(-1)).toEqual({
      action: 'switchover',
      id: 'id-1',
      to: 'tokyo-2',
      by: 'bob',
      reason: 'kernel',
      overrides: [],
    });
    expect(site.world.history).toMatchObject([{ detector: 'operator', outcome: 'swapped' }]);
  });

  test('shows what it would do with --dry-run', async () => {
    const { exitCode, stdout } = await site.run([...switchover, '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/tokyo-1 {2}→ tokyo-2\n {2}dry run: nothing was changed\n$/);
    expect(site.world.replaced).toEqual([]);
    expect(site.world.history).toEqual([]);
  });

  test('that another one has overtaken ends with 4, and the next command shows the site', async () => {
    const invoke = (call: Call) => {
      const isOrder = (call.payload as { dryRun?: boolean }).dryRun !== true;
      if (isOrder) site.world.stored = { ...site.world.stored, epoch: 1, leasedUntil: site.world.now + 10_000 };
      return site.answer(call);
    };
    const { exitCode, stdout, stderr } = await site.run([...switchover, '--yes'], { invoke });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^! tokyo: not done: Swap 1 is under way/);
    expect(stderr).toMatch(/\nnext: vyos-failover status tokyo\n$/);
  });

  test('is refused with 4, raises no alarm, and names the override', async () => {
    await site.run(['pause', 'tokyo', '--for', '1h', '--reason', 'game day', '--yes']);
    const { exitCode, stdout, stderr } = await site.run([...switchover, '--yes']);
    expect(exitCode).toBe(4);
    expect(stdout).toContain('not done: Not now: ann@desk paused this site until 2026-11-23 04:00:00Z (game day).');
    expect(stderr).toBe('next: vyos-failover switchover tokyo --to tokyo-2 --override paused --reason TEXT\n');
    expect(site.world.announced).toEqual([]);
    expect((await site.run([...switchover, '--yes', '--override', 'paused'])).exitCode).toBe(0);
  });

  test('is refused by a second rule, and names the override of each', async () => {
    await site.run(['pause', 'tokyo', '--for', '1h', '--reason', 'game day', '--yes']);
    Object.assign(site.world.site, { policy: { ...site.world.site.policy, mode: 'observe' } });
    const first = await site.run([...switchover, '--yes']);
    const rule = /--override (\S+)/.exec(first.stderr)?.[1] ?? '';
    const { stderr } = await site.run([...switchover, '--yes', '--override', rule]);
    expect(stderr).toMatch(
      /next: .* --override (mode-observe --override paused|paused --override mode-observe) --reason TEXT\n/,
    );
  });

  test.each([
    ['an override before the site', ['--override', 'paused', 'tokyo'], ['paused']],
    ['two of them', ['tokyo', '--override', 'paused', '--override', 'mode-observe'], ['paused', 'mode-observe']],
    ['two of them with a comma', ['--override', 'paused,mode-observe', 'tokyo'], ['paused', 'mode-observe']],
  ])('takes %s', async (_, words, overrides) => {
    const { exitCode, stderr } = await site.run(['switchover', '--to', 'tokyo-2', '--reason', 'x', '--yes', ...words]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining('next: ') as string });
    expect(site.asked.at(-1)).toMatchObject({ overrides });
  });

  test('refuses an unknown override, alone or among others, and lists the valid ones', async () => {
    for (const word of ['hold-down', 'paused,hold-down']) {
      const { exitCode, stderr } = await site.run([...switchover, '--yes', '--override', word]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('Allowed choices are paused, mode-observe, mode-off, memory-unreachable.');
    }
    expect(site.asked).toEqual([]);
  });

  test('is refused to a router that is not fit, with or without override', async () => {
    await site.run(['maintenance', 'on', 'tokyo', 'tokyo-2', '--reason', 'disk', '--yes']);
    const { exitCode, stderr } = await site.run([...switchover, '--yes', '--override', 'paused']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: 'next: vyos-failover explain tokyo\n' });
  });

  test('ends with 1 if a route is not moved, and names the route', async () => {
    site.world.faults.push({ kind: 'final', code: 'InvalidRoute.NotFound', message: 'gone' });
    const { exitCode, stdout, stderr } = await site.run([...switchover, '--yes']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /1 route moved .*\n {2}not moved yet: rtb-\w+ 10\.2\.0\.0\/20: InvalidRoute\.NotFound: gone/,
    );
    expect(stderr).toContain('next: vyos-failover status tokyo\n');
  });

  test('changes nothing if the router is the owner already', async () => {
    await site.run([...switchover, '--yes']);
    const { exitCode, stdout } = await site.run([...switchover, '--yes']);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: '✓ tokyo: tokyo-2 already holds the routes; nothing to move.\n',
    });
  });

  test('prints one JSON object with --json, also when it is refused', async () => {
    const { stdout } = await site.run([...switchover, '--yes', '--json']);
    expect(JSON.parse(stdout)).toMatchSnapshot();
    site.world.ec2['tokyo-1'] = { ...site.world.ec2['tokyo-1'], instance: 'stopped' } as never;
    const refused = await site.run(['failback', 'tokyo', '--reason', 'x', '--yes', '--json']);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      schema: 'vyos-failover.failback/1',
      outcome: 'refused',
      reason: 'target-unfit',
      tookMs: null,
    });
  });
});

test('failback moves the routes to the router with role active', async () => {
  await site.run([...switchover, '--yes']);
  const { exitCode, stdout } = await site.run(['failback', 'tokyo', '--reason', 'repaired', '--yes']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('ann@desk asks for a failback to tokyo-1 (repaired)');
  expect(new Set(site.world.targets.values())).toEqual(new Set(['eni-0a1b2c3d4e5f60011']));
});

describe('pause and resume', () => {
  const pause = ['pause', 'tokyo', '--for', '1h30m', '--reason', 'game day'];

  test('pause for the stated time, with operator and reason, after a confirmation', async () => {
    const { exitCode, stdout, stderr } = await site.run(pause, atTerminal('yes\n'));
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: '✓ ann@desk paused tokyo until 2026-11-23 04:30:00Z (game day).\n',
    });
    expect(stderr).toBe(
      'Pause automatic failover of tokyo for 90 min (ann@desk: game day)? [y/N] next: vyos-failover status tokyo\n',
    );
  });

  test('warn that an earlier pause is replaced', async () => {
    await site.run([...pause, '--yes', '--by', 'bob']);
    const { stderr } = await site.run([...pause, '--dry-run']);
    expect(stderr).toBe('warning: this replaces the pause of bob until 2026-11-23 04:30:00Z (game day)\n');
    expect(site.world.stored.pause?.by).toBe('bob');
  });

  test('end the pause early, and report that there is none', async () => {
    await site.run([...pause, '--yes']);
    expect((await site.run(['resume', 'tokyo', '--yes'])).stdout).toBe('✓ ann@desk ended the pause of tokyo.\n');
    expect(site.world.stored.pause).toBeUndefined();
    const { exitCode, stdout } = await site.run(['resume', 'tokyo', '--yes', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'vyos-failover.resume/1',
      site: 'tokyo',
      action: 'resume',
      dryRun: false,
      outcome: 'already',
      says: 'tokyo is not paused.',
    });
  });

  test.each(['0s', '169h', '30', '', '-5m'])('refuse a pause for %j', async (time) => {
    const ended = await site.run(['pause', 'tokyo', '--for', time, '--reason', 'x', '--yes']);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(site.asked).toEqual([]);
  });
});

describe('maintenance', () => {
  test('keeps routes from a router until it is ended', async () => {
    const on = await site.run(['maintenance', 'on', 'tokyo', 'tokyo-2', '--reason', 'disk', '--yes']);
    expect(on.stdout).toBe(
      '✓ ann@desk took tokyo-2 into maintenance (disk): it gets no further routes until that ends, and keeps those that it has.\n',
    );
    expect(on.stderr).toContain('warning: while tokyo-2 is in maintenance, tokyo cannot fail over\n');
    expect((await site.run(['status', 'tokyo'])).exitCode).toBe(3);
    const off = await site.run(['maintenance', 'off', 'tokyo', 'tokyo-2', '--reason', 'new disk', '--yes']);
    expect(off.stdout).toBe('✓ ann@desk ended the maintenance of tokyo-2 (new disk).\n');
    expect((await site.run(['status', 'tokyo'])).exitCode).toBe(0);
  });

  test('warns before maintenance of the owner', async () => {
    const { stderr } = await site.run(['maintenance', 'on', 'tokyo', 'tokyo-1', '--reason', 'disk', '--dry-run']);
    expect(stderr).toBe(
      'warning: tokyo-1 is the owner and keeps the routes. Before you stop it, run vyos-failover switchover tokyo --to tokyo-2 --reason TEXT\n',
    );
    expect(site.world.stored.maintenance).toEqual({});
  });

  describe('of the only fit router', () => {
    const lastFit = ['maintenance', 'on', 'tokyo', 'tokyo-1', '--reason', 'disk', '--yes'];
    beforeEach(() => {
      site.world.ec2['tokyo-2'] = { ...site.world.ec2['tokyo-2'], instance: 'stopped' } as never;
    });

    test('is refused with 4, and the other router is not advised as a target', async () => {
      const { exitCode, stdout, stderr } = await site.run(lastFit);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 4,
        stderr: expect.stringMatching(
          /^next: aws ec2 start-instances --region ap-northeast-1 --instance-ids i-\w+\n$/,
        ) as string,
      });
      expect(stdout).toBe(
        '! not done: tokyo-1 is the only fit router of tokyo, because tokyo-2 is not fit: its instance is stopped. ' +
          'Make tokyo-2 fit first, or override "last-fit".\n',
      );
      expect(site.world.stored.maintenance).toEqual({});
    });

    test('begins with --override last-fit, which the history has', async () => {
      const { exitCode, stdout, stderr } = await site.run([...lastFit, '--override', 'last-fit']);
      expect(exitCode).toBe(0);
      expect(stderr).toContain('Do not stop it: tokyo-2 is not fit to take them');
      expect(stdout).toContain('into maintenance (disk), overriding "last-fit"');
      expect(site.world.history[0]?.says).toContain('overriding "last-fit"');
    });

    test('begins without it while a swap is under way, which it stops', async () => {
      site.world.stored = { ...site.world.stored, epoch: 1, leasedUntil: site.world.now + 10_000 };
      expect((await site.run(lastFit)).exitCode).toBe(0);
      expect(Object.keys(site.world.stored.maintenance)).toHaveLength(1);
    });

    test('ends without it', async () => {
      await site.run([...lastFit, '--override', 'last-fit']);
      expect((await site.run(['maintenance', 'off', ...lastFit.slice(2)])).exitCode).toBe(0);
    });
  });
});

describe('a site whose condition cannot be observed', () => {
  const invoke = (call: Call) => {
    if (!isDeepStrictEqual(call.payload, { action: 'status' })) return site.answer(call);
    throw new FunctionFailed('EC2 did not answer: Request limit exceeded.');
  };

  test.each([
    ['maintenance', ['maintenance', 'on', 'tokyo', 'tokyo-1', '--reason', 'stop it', '--yes']],
    ['pause', ['pause', 'tokyo', '--for', '1h', '--reason', 'stop it', '--yes']],
  ])('takes a %s all the same, because it stops a swap under way', async (action, line) => {
    const { exitCode, stdout, stderr } = await site.run(line, { invoke });
    expect({ exitCode, done: stdout.slice(0, 1) }).toEqual({ exitCode: 0, done: '✓' });
    expect(stderr).toContain('EC2 did not answer: Request limit exceeded.');
    expect(stderr).toContain(`. ${action} does not depend on it\n`);
  });

  test('is an error of --dry-run, which changes nothing', async () => {
    const { exitCode } = await site.run(['pause', 'tokyo', '--for', '1h', '--reason', 'x', '--dry-run'], { invoke });
    expect(exitCode).toBe(1);
  });

  test('a site that cannot be called is asked nothing further', async () => {
    const { exitCode } = await site.run(['pause', 'tokyo', '--for', '1h', '--reason', 'x', '--yes'], {
      invoke: (call) => {
        site.calls.push(call);
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      },
    });
    expect({ exitCode, calls: site.calls.length }).toEqual({ exitCode: 1, calls: 1 });
  });
});

describe('every command that changes something', () => {
  const lines = [
    switchover,
    ['failback', 'tokyo', '--reason', 'x'],
    ['pause', 'tokyo', '--for', '5m', '--reason', 'x'],
    ['resume', 'tokyo'],
    ['maintenance', 'on', 'tokyo', 'tokyo-2', '--reason', 'x'],
  ].map((line) => [line[0] ?? '', line] as const);

  test.each(lines)(
    '%s: without a terminal and without --yes ends with 2, names the option, and invokes nothing',
    async (_, line) => {
      const ended = await site.run(line);
      expect(ended).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringContaining('--yes') as string });
      expect(site.asked).toEqual([]);
    },
  );

  test.each(lines)('%s --dry-run changes nothing', async (_, line) => {
    const before = structuredClone([site.world.stored, site.world.history, [...site.world.targets]]);
    expect((await site.run([...line, '--dry-run'])).exitCode).toBe(0);
    expect([site.world.stored, site.world.history, [...site.world.targets]]).toEqual(before);
  });

  test.each(lines.filter(([name]) => name !== 'resume'))('%s requires a reason', async (_, line) => {
    const without = line.slice(0, line.indexOf('--reason'));
    const { exitCode, stderr } = await site.run([...without, '--yes']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--reason <TEXT>');
    expect((await site.run([...without, '--yes', '--reason', ' '])).exitCode).toBe(2);
  });

  test.each(lines)('%s requires a site of the topology', async (_, line) => {
    const osaka = line.map((word) => (word === 'tokyo' ? 'osaka' : word));
    expect(await site.run([...osaka, '--yes'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('has no site "osaka"') as string,
    });
    expect(site.asked).toEqual([]);
  });

  test('reports that the function continues when it is interrupted', async () => {
    const interrupt = new AbortController();
    const around = {
      signal: interrupt.signal,
      invoke: ({ payload }: { payload: unknown }) => {
        const preview = { kind: 'swap', reason: 'switchover', says: 'The routes move.' };
        if ('dryRun' in (payload as object)) return { decision: preview, atLeastMs: 0 };
        interrupt.abort();
        throw interrupt.signal.reason;
      },
    };
    const { exitCode, stderr } = await site.run([...switchover, '--yes'], around);
    expect(exitCode).toBe(130);
    expect(stderr).toContain('The function continues to run; check its result with vyos-failover status tokyo');
  });
});
