import { describe, expect, it } from 'vitest';
import { nextCommands } from '#cli/output/next-command.ts';
import { mismatchedTunnels } from '#cli/push/mismatched-tunnels.ts';
import { nextCommand } from '#cli/push/next-command.ts';
import { siteViewAfter } from '#cli/push/site-view-after.ts';
import type { PushStep } from '#cli/push/steps.ts';
import { type PushView, pushExitCode, type SitePushView } from '#cli/views/push-view.ts';
import type { PushPlan } from '#contracts/push-plan.ts';
import type { RouterState } from '#contracts/push-result.ts';

const site = (outcome: SitePushView['outcome'], remaining: readonly string[] = []): SitePushView => ({
  site: 'tokyo',
  outcome,
  reason: outcome,
  says: '',
  routers: [],
  pushed: [],
  remaining,
  settled: [],
});
const view = (...sites: SitePushView[]): PushView => ({ dryRun: false, steps: [], sites, down: [], next: null });

describe('the exit code of a push', () => {
  it.each<[number, SitePushView[]]>([
    [0, [site('pushed'), site('unchanged')]],
    [1, [site('pushed'), site('undone', ['tokyo-2'])]],
    [1, [site('superseded', ['tokyo-2']), site('refused', ['osaka-2'])]],
    [4, [site('pushed'), site('refused', ['tokyo-2'])]],
    [130, [site('unknown', ['tokyo-2']), site('interrupted', ['osaka-2'])]],
    // Remaining routers mean a failure, whatever the outcome.
    [1, [site('pushed', ['tokyo-2'])]],
    [1, [site('not-begun', ['tokyo-2'])]],
  ])('%i', (exitCode, sites) => expect(pushExitCode(view(...sites))).toBe(exitCode));
});

it.each([
  'Interrupted. tokyo-2: its push was cancelled. It runs its old configuration again.',
  'tokyo-2: its push was cancelled. It runs its old configuration again.',
])('a push that Ctrl-C ended says so once: %s', (says) => {
  const old = { name: 'tokyo-2', runs: 'old', boots: 'old' } as const;
  const step = {
    outcome: 'undone',
    reason: 'router-undone',
    says,
    router: 'tokyo-2',
    remaining: ['tokyo-2'],
    routers: [old],
  };
  const plan = {
    owner: 'tokyo-1',
    routers: [{ name: 'tokyo-2', commands: [], drift: { added: [], removed: [] } }],
  } as unknown as PushPlan;
  const ended = siteViewAfter(site('planned'), {
    plan,
    answers: [{ site: 'tokyo', step: { ...step, outcome: 'undone' } }],
    earlier: [],
    states: new Map([['tokyo-2', old]]),
    isInterrupted: true,
  });
  expect(ended.says).toBe('Interrupted. tokyo-2: its push was cancelled. It runs its old configuration again.');
});

describe('the next command', () => {
  const named = nextCommands({ named: 'my topology.yaml', byDefault: 'topology.yaml', cwd: '/' });
  const typed = { next: named, words: ['my topology.yaml', '--site', 'tokyo'] };
  const next = (...sites: SitePushView[]) => nextCommand(view(...sites), typed);

  it('is none if nothing remains, nothing was to be done, or the operator declined', () => {
    expect(next(site('pushed'))).toBeUndefined();
    expect(next(site('declined', ['tokyo-2']))).toBeUndefined();
    expect(nextCommand({ ...view(site('planned', ['tokyo-2'])), dryRun: true }, typed)).toBeUndefined();
  });

  it('is the same push, quoted for the shell', () => {
    expect(next(site('undone', ['tokyo-2']))).toBe("vyos-failover config push 'my topology.yaml' --site tokyo");
  });

  it('resolves a refusal, or is none if the same push would be refused again', () => {
    const refused = (reason: string, says = '') => ({ ...site('refused', ['tokyo-2']), reason, says });
    const missing = 'tokyo-2: /psk could not be fetched: ParameterNotFound. It keeps its old configuration.';
    expect(next(refused('router-refused', missing))).toBe(
      "vyos-failover secrets create --topology 'my topology.yaml', then npx cdk deploy --all",
    );
    expect(next(refused('drift'))).toBe("vyos-failover config push 'my topology.yaml' --site tokyo --override drift");
    expect(next(refused('hold-down'))).toBeUndefined();
    expect(next(refused('plan-changed'))).toBe("vyos-failover config push 'my topology.yaml' --site tokyo");
  });

  it('compares a router that was changed by other means', () => {
    expect(next(site('superseded', ['tokyo-2']))).toBe(
      "vyos-failover config diff --router tokyo-2 --topology 'my topology.yaml'",
    );
  });
});

describe('a tunnel', () => {
  const AT = Date.UTC(2026, 10, 23, 3);
  const has = (runs: RouterState['runs'], revertsAt?: number) => ({ runs, revertsAt });
  const apart = (one: ReturnType<typeof has>, other: ReturnType<typeof has>) => {
    const steps: PushStep[] = [{ routers: [], tunnels: [['a', 'b']] }];
    const word = (name: string, { runs, revertsAt }: ReturnType<typeof has>): [string, RouterState] => [
      name,
      { name, runs, boots: 'unknown', ...(revertsAt !== undefined && { revertsAt }) },
    ];
    return mismatchedTunnels(steps, new Map([word('a', one), word('b', other)]));
  };

  it.each<[string, ReturnType<typeof has>, ReturnType<typeof has>, string]>([
    ['new here, old there', has('new'), has('old'), 'a--b is down: a has the new configuration, b has the old one.'],
    [
      'new for now here, old there',
      has('old'),
      has('new', AT),
      'a--b is down until 2026-11-23 03:00:00Z at the latest: b has the new configuration, a has the old one.',
    ],
    [
      'new here, new for now there',
      has('new'),
      has('new', AT),
      'a--b will be down from 2026-11-23 03:00:00Z: then b runs its old configuration again, unless it is confirmed, and a has the new one.',
    ],
    [
      'new here, unknown there',
      has('unknown', AT),
      has('new'),
      'a--b may be down: b has the new configuration, a has one of the two.',
    ],
    [
      'unknown at both',
      has('unknown', AT),
      has('unknown', AT + 60_000),
      'a--b may be down until 2026-11-23 03:01:00Z at the latest: a has one of the two, b has one of the two.',
    ],
    ['broken here, old there', has('mixed'), has('old'), 'a--b may be down: a has parts of both, b has the old one.'],
  ])('%s', (_, one, other, says) => expect(apart(one, other)).toEqual([says]));

  it.each<[string, ReturnType<typeof has>, ReturnType<typeof has>]>([
    ['new at both', has('new'), has('new')],
    ['old at both', has('old'), has('old', AT)],
    ['new for now at both', has('new', AT), has('new', AT)],
  ])('%s is as well as before', (_, one, other) => expect(apart(one, other)).toEqual([]));
});
