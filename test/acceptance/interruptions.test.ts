import { beforeEach, describe, expect, it } from 'vitest';
import type { EventRecord } from '#acceptance/report/report.ts';
import { FakeAccount } from './fake-account.ts';

let account: FakeAccount;
beforeEach(() => {
  account = new FakeAccount();
});
const report = () =>
  JSON.parse(account.written.get('report.json') ?? '{}') as { events: EventRecord[]; problems: string[] };

describe('before the question', () => {
  it('a Region that is not bootstrapped is an obstacle, and nothing is created', async () => {
    account.bootstrapped = false;
    expect(await account.run()).toBe(2);
    expect(account.shown).toContain(
      'obstacle: us-east-1 is not bootstrapped: npx cdk bootstrap aws://ACCOUNT/us-east-1',
    );
    expect([account.calls, account.left]).toEqual([[], []]);
  });

  it('what an earlier run has left is an obstacle, and --destroy removes it', async () => {
    account.stacks.add('vyos-failover-acceptance--tokyo');
    expect(await account.run()).toBe(2);
    expect(account.shown.join('\n')).toContain(
      'An earlier run has left vyos-failover-acceptance--tokyo in ap-northeast-1',
    );
    expect(await account.run({ destroy: true })).toBe(0);
    expect(account.left).toEqual([]);
  });

  it.each(['no', '', undefined, '12345678901'])('the answer %j declines', async (answer) => {
    account.answer = answer;
    expect(await account.run()).toBe(4);
    expect([account.calls, account.left]).toEqual([[], []]);
  });

  it('--dry-run shows the price and ends', async () => {
    expect(await account.run({ dryRun: true })).toBe(0);
    expect(account.shown.join('\n')).toMatch(/About \$0\.\d\d an hour.*list prices and not verified/);
    expect(account.calls).toEqual([]);
  });
});

it('a run measures every event, removes everything, and says where to send the report', async () => {
  expect(await account.run()).toBe(0);
  expect(report().events.map(({ kind }) => kind)).toEqual(
    'switchover switchover report-path agent frr reboot stop upgrade upgrade'.split(' '),
  );
  expect(report().events.flatMap(({ kind, noticed }) => (noticed === null ? [] : [[kind, noticed]]))).toEqual([
    ['report-path', 'not ready'],
    ['agent', 'not ready'],
  ]);
  expect(account.left).toEqual([]);
  expect(account.shown.at(-1)).toContain('Nothing was uploaded');
});

it('the latency of route changes is measured before the deployment, in each Region', async () => {
  await account.run();
  const line = (site: string) => `route-latency ${site} --flips 3 --yes`;
  expect(account.calls.slice(0, 3)).toEqual([line('tokyo'), line('virginia'), 'secrets create --yes']);
  expect(account.written.get('report.md')).toContain(
    '| us-east-1 | answer → all packets at the new target | 3 | 40 | 60 | 61 |',
  );
});

it('a measurement that is killed is a problem, does not end the run, and is removed', async () => {
  account.meterIsKilled = true;
  expect(await account.run()).toBe(1);
  expect(report().problems).toEqual(['route-latency tokyo: Killed.', 'route-latency virginia: Killed.']);
  expect([report().events.length, account.left]).toEqual([9, []]);
});

it('--flips 0 measures none', async () => {
  expect(await account.run({ flips: 0 })).toBe(0);
  expect(account.calls[0]).toBe('secrets create --yes');
});

it('a deployment that fails is reported and destroyed', async () => {
  account.deployFailsAfter = 3;
  expect(await account.run()).toBe(1);
  expect(report().problems.join()).toContain('cdk deploy ended with 1');
  expect([account.calls.at(-1), account.left]).toEqual(['destroy --yes', []]);
});

describe('Ctrl-C', () => {
  const STAGES = [
    'route-latency tokyo --flips 3 --yes',
    'secrets create --yes',
    'deploy',
    'status',
    'create vyos-failover-acceptance--virginia--measuring-host',
  ]
    .concat(['addresses', 'console', 'switchover tokyo --to tokyo-2 --reason acceptance --yes', 'history tokyo'])
    .concat(['script', 'reboot', 'stop', 'start', 'upgrade tokyo --router tokyo-2 --replace --yes']);

  it.each(STAGES)('during "%s" ends destroyed, with a report', async (stage) => {
    account.onCall = (call) => void (call === stage && account.work.abort());
    expect(await account.run()).toBe(130);
    expect(account.calls).toContain(stage);
    expect(account.left).toEqual([]);
    expect(report().problems).toContain('Interrupted.');
  });

  it('twice says what is left, and the command that removes it', async () => {
    account.onCall = (call) => {
      if (call === 'deploy') account.work.abort();
      if (call.startsWith('destroy')) account.removal.abort();
    };
    expect(await account.run()).toBe(130);
    expect(account.left).not.toEqual([]);
    expect(account.shown.slice(-2)).toEqual([
      'left: The removal was interrupted: CloudFormation completes the deletions that have begun.',
      'next: npm run acceptance -- --profile p --destroy',
    ]);
  });
});

it('a removal that was interrupted after the stacks is continued: no table is left', async () => {
  let fails = true;
  account.onCall = (call) => {
    if (call.startsWith('delete ') && fails) throw new Error('no answer');
  };
  expect(await account.run()).toBe(1);
  expect(account.left).not.toEqual([]);
  fails = false;
  expect(await account.run({ destroy: true })).toBe(0);
  expect(account.left).toEqual([]);
});

it('routes that move although the owner is healthy are a problem', async () => {
  account.movesForNothing = true;
  expect(await account.run()).toBe(1);
  expect(report().events.at(-1)).toMatchObject({ kind: 'report-path', problem: 'the routes moved to tokyo-1' });
  expect(account.left).toEqual([]);
});

it('a failure that status does not show is a problem', async () => {
  account.noticesNothing = true;
  expect(await account.run()).toBe(1);
  expect(report().events.at(-1)).toMatchObject({
    kind: 'report-path',
    problem: 'status has not shown it within 10 minutes',
  });
  expect(account.left).toEqual([]);
});

it('traffic that does not come back after an event is a problem', async () => {
  const alive = (at: number, unanswered: number) =>
    `acceptance-probe alive at=${at}.000 sent=900 answered=400 unanswered=${unanswered}\n`;
  let reads = 0;
  account.onCall = (call) => {
    if (call === 'console') account.console += alive((reads += 1), reads === 1 ? 0 : 440);
  };
  expect(await account.run()).toBe(1);
  expect(report().events[0]).toMatchObject({
    kind: 'switchover',
    problem: 'the traffic has not come back: the last 440 probes (8.8 s) were not answered',
  });
});

it('an event that fails is reported with its reason, and the events after it are left out', async () => {
  account.onCall = (call) => {
    if (call === 'upgrade tokyo --router tokyo-2 --replace --yes') throw new Error('no answer');
  };
  expect(await account.run()).toBe(1);
  expect(report().problems.join()).toContain('no answer');
  expect(account.left).toEqual([]);
});
