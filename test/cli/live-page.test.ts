import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asTyped, commandOfAction } from '#cli/live-page/command-of-action.ts';
import { DeployedSource } from '#cli/live-page/deployed-source.ts';
import type { RunCommand } from '#cli/live-page/status-stream.ts';
import { tunnelStates } from '#cli/live-page/tunnel-states.ts';
import { commandText } from '#cli/output/next-command.ts';
import type { RouterView } from '#cli/views/site-view.ts';
import { loadTopology } from '#topology/load.ts';
import type { Topology } from '#topology/topology.ts';
import type { OperatorAction } from '#ui/actions.ts';
import { AskedSite } from './asked-site.ts';
import { examplesFolder } from './command-line.ts';

const topology = loadTopology(readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8'), '').topology as Topology;

const next = (...words: readonly string[]) => commandText(words);

describe('the command of an action', () => {
  test.each<[OperatorAction, string]>([
    [
      { action: 'switchover', site: 'tokyo', to: 'tokyo-2', reason: 'kernel update', dryRun: false },
      "vyos-failover switchover tokyo --to tokyo-2 --reason 'kernel update'",
    ],
    [{ action: 'failback', site: 'tokyo', reason: 'done', dryRun: true }, 'vyos-failover failback tokyo --reason done'],
    [
      { action: 'pause', site: 'tokyo', minutes: 30, reason: '--yes', dryRun: false },
      'vyos-failover pause tokyo --for 30m --reason --yes',
    ],
    [{ action: 'resume', site: 'tokyo', dryRun: false }, 'vyos-failover resume tokyo'],
    [
      { action: 'maintenance', site: 'tokyo', router: 'tokyo-2', on: false, reason: 'x', dryRun: false },
      'vyos-failover maintenance off tokyo tokyo-2 --reason x',
    ],
  ])('%j is typed as %s', (action, typed) => {
    expect(asTyped(commandOfAction(action, topology) ?? [], next)).toBe(typed);
  });

  test.each<[string, OperatorAction]>([
    ['a site that is an option', { action: 'resume', site: '--help', dryRun: false }],
    ['a router of another site', { action: 'switchover', site: 'tokyo', to: 'virginia-1', reason: 'x', dryRun: false }],
    ['a router that is an option', { action: 'switchover', site: 'tokyo', to: '--yes', reason: 'x', dryRun: false }],
  ])('there is none for %s', (_, action) => {
    expect(commandOfAction(action, topology)).toBeUndefined();
  });
});

describe('a tunnel', () => {
  const router = (name: string, established: number, { configured = 2, unreadable = 0, counts = true } = {}) => {
    const ebgp = [{ established, configured, receiving: established, unreadable, by: 'probe', ageS: 1, counts }];
    return { name, ebgp } as unknown as RouterView;
  };
  const stateOf = (...routers: RouterView[]) => tunnelStates(topology, routers)[0]?.state;

  test.each([
    ['up where an end has all of its sessions', 'up', [router('tokyo-1', 2), router('virginia-1', 1)]],
    ['down where an end has none', 'down', [router('tokyo-1', 2), router('virginia-1', 0)]],
    ['unknown where both have some', 'unknown', [router('tokyo-1', 1), router('virginia-1', 1)]],
    ['unknown where no end can be read', 'unknown', [router('tokyo-1', 0, { unreadable: 2 })]],
    ['unknown where the reading has expired', 'unknown', [router('tokyo-1', 0, { counts: false })]],
    ['unknown where nothing was read', 'unknown', []],
  ] as const)('is %s', (_, state, routers) => {
    expect(stateOf(...routers)).toBe(state);
  });
});

describe('the page of a deployed site', () => {
  let site: AskedSite;
  let source: DeployedSource;
  let read: () => void;
  let stop: () => void;
  let reading: boolean;

  /** Runs commands against the site in this process; `status --watch` reads again when `read` is called. */
  const run: RunCommand = async (argv, { stdout, stderr, signal } = {}) => {
    const once = argv.filter((word, index) => word !== '--watch' && argv[index - 1] !== '--watch');
    const print = async () => {
      const ended = await site.run(once);
      stderr?.write(ended.stderr);
      if (ended.stdout !== '') stdout?.write(JSON.stringify(JSON.parse(ended.stdout)));
      return ended.exitCode as Awaited<ReturnType<RunCommand>>;
    };
    if (!argv.includes('--watch')) return print();
    reading = true;
    while (signal?.aborted === false) {
      await print();
      await new Promise<void>((resolve) => {
        read = resolve;
        signal.addEventListener('abort', () => resolve());
      });
    }
    reading = false;
    return 130;
  };

  /** Waits for a change after which the page fulfils a condition. */
  const becomes = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => condition() && resolve();
      const end = source.onChange(check);
      stops.push(end);
      check();
    });
  let stops: (() => void)[];
  const tokyo = () => source.state().sites[0];

  beforeEach(async () => {
    site = new AskedSite();
    stops = [];
    source = new DeployedSource({ topology, next, run, everyS: 5, mayOperate: true, sleep: async () => undefined });
    stop = source.onChange(() => undefined);
    await becomes(() => tokyo()?.severity === 'ok');
  });
  afterEach(() => {
    stop();
    for (const end of stops) end();
  });

  test('shows owner, routes and fitness as status does, and the other site as unknown with the reason', () => {
    expect(tokyo()).toMatchObject({
      owner: 'tokyo-1',
      preferred: 'tokyo-1',
      routes: [{ router: 'tokyo-1', state: 'active' }, { router: 'tokyo-1' }],
      routers: [{ fit: 'yes', ec2: 'running' }, { fit: 'yes' }],
    });
    expect(source.state().sites[1]).toMatchObject({
      severity: 'unknown',
      problem: { says: expect.stringContaining('there is no function') as string },
    });
  });

  test('reads only while a page is open', async () => {
    expect(reading).toBe(true);
    stop();
    for (const end of stops) end();
    await Promise.resolve();
    expect(reading).toBe(false);
  });

  test('previews a switchover, carries it out, and shows it with its entry of the history', async () => {
    const action = { action: 'switchover', site: 'tokyo', to: 'tokyo-2', reason: 'game day' } as const;
    const preview = await source.act({ ...action, dryRun: true });
    expect(preview).toMatchObject({
      outcome: 'planned',
      steps: [expect.stringContaining('tokyo-1 → tokyo-2'), expect.anything()],
    });
    expect(tokyo()?.owner).toBe('tokyo-1');
    const result = await source.act({ ...action, dryRun: false });
    expect(result).toMatchObject({
      outcome: 'done',
      command: "vyos-failover switchover tokyo --to tokyo-2 --reason 'game day'",
    });
    await becomes(() => tokyo()?.owner === 'tokyo-2' && source.entries().some(({ kind }) => kind === 'swap'));
  });

  test('says which rule refuses, and what to do', async () => {
    site.probe({ 'tokyo-1': 1, 'tokyo-2': 0 });
    const result = await source.act({ action: 'switchover', site: 'tokyo', to: 'tokyo-2', reason: 'x', dryRun: true });
    expect(result.outcome).toBe('refused');
    expect(result.says).toContain('tokyo-2');
    expect(result.hint).toContain('vyos-failover');
  });

  test('keeps the last values of a site that answers no more, marked as unknown, and draws no tunnel by them', async () => {
    const tunnels = () => source.state().tunnels.map(({ state }) => state);
    expect(tunnels()).toContain('up');
    const invoke = site.run.bind(site);
    site.run = (line) =>
      invoke(line, {
        invoke: () => {
          throw Object.assign(new Error('no route to host'), { name: 'TimeoutError' });
        },
      });
    read();
    await becomes(() => tokyo()?.problem !== null);
    expect(tokyo()).toMatchObject({ severity: 'unknown', owner: 'tokyo-1', routes: [{ router: 'tokyo-1' }, {}] });
    expect(new Set(tunnels())).toEqual(new Set(['unknown']));
  });
});
