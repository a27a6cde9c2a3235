import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '#cli/environment.ts';
import type { ExplainView } from '#cli/views/explain-view.ts';
import type { HistoryEntry } from '#contracts/history.ts';
import { DOWN, UP } from '../failover/situation.ts';
import { AskedSite } from './asked-site.ts';
import { commandLine, examplesFolder } from './command-line.ts';

let site: AskedSite;
beforeEach(() => {
  site = new AskedSite();
});

const eni2 = 'eni-0a1b2c3d4e5f60012';

describe('explain', () => {
  test('shows the observation, the diagnosis, the rule that applies, and what would change the decision', async () => {
    site.probe({ 'tokyo-1': 0, 'tokyo-2': 1 });
    const { exitCode, stdout } = await site.run(['explain', 'tokyo']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatchInlineSnapshot(`
      "tokyo  ap-northeast-1, observed at 2026-11-23 03:00:00Z

      Observation
        tokyo-1  active, 2 routes, not fit: none of its 1 eBGP sessions is Established (by the probe, 21 s ago)
          EC2: instance running, status checks ok, interface attached, source/dest check off
          eBGP sessions up: 0/1 (probe, 21 s ago)
        tokyo-2  standby, no routes, fit
          EC2: instance running, status checks ok, interface attached, source/dest check off
          eBGP sessions up: 1/1 (probe, 21 s ago)
        PROBE     tokyo-1  tokyo-2
        21 s ago  0/1      1/1
        21 s ago  1/1      1/1
        witness probe: the probe found it without a path 21 s ago

      Diagnosis
        OwnerSuspected: the probe found tokyo-1 without a path and tokyo-2 with one, once

      Decision
        hold (one-probe-only): a second round must confirm it.
        rule: one probe round is not enough evidence; two consecutive rounds are

      What would change it
        the next probe round, within a minute: the same result moves the routes to tokyo-2
        the evidence that tokyo-2 has a path expires in 69 s, unless the probe or the router renews it

      If it happened now
        tokyo-2 reports that tokyo-1 failed, and its own eBGP sessions are up
          → swap (reported-by-survivor): tokyo-2 is fit and takes the routes.
        EC2 reports that tokyo-1 is stopped
          → swap (owner-not-running): tokyo-2 is fit and takes the routes. Automatic swap 1 of the last hour.
        an operator asks for a switchover to tokyo-2
          → swap (switchover): tokyo-2 is fit and takes the routes.

      Last refusal
        none in the recent history
      "
    `);
  });

  test('states once why a router is not fit, and which failure at another site it follows from', async () => {
    site.probe({ 'tokyo-1': 1, 'tokyo-2': 0 });
    const virginia = new AskedSite('virginia');
    virginia.world.ec2['virginia-2'] = { ...virginia.world.ec2['virginia-2'], instance: 'stopped' } as never;
    const invoke = (call: Call) => (call.region === 'us-east-1' ? virginia : site).answer(call);
    const { stdout } = await site.run(['explain', 'tokyo'], { invoke });
    expect(stdout.split('none of its 1 eBGP sessions is Established')).toHaveLength(2);
    expect(stdout).toContain(
      'Diagnosis\n  StandbyUnfit: tokyo-2 could not take over\n  It follows from another site: virginia-2 of virginia is stopped\n\nDecision\n  hold (degraded): routes stay.\n',
    );
    expect(stdout).toContain('  tokyo-2 can take the routes when it is proven fit\n');
    expect(stdout).toContain('is stopped\n    → refuse (both-unfit): tokyo-2 is not proven fit. Routes stay.\n');
    const { site: shown } = JSON.parse(
      (await site.run(['explain', 'tokyo', '--json'], { invoke })).stdout,
    ) as ExplainView;
    expect(shown.followsFrom).toEqual(['virginia-2 of virginia is stopped']);
  });

  test('shows all ages of two minutes and more in minutes, as status does', async () => {
    site.world.now += 121_000;
    for (const command of ['explain', 'status']) {
      const { stdout } = await site.run([command, 'tokyo']);
      expect(stdout).toContain('what is known of its eBGP sessions is 2 min 22 s old (by the probe)');
      expect(stdout).toContain('(probe, 2 min 22 s ago)');
      expect(stdout).not.toMatch(/\d{3,} s/);
    }
  });

  test('wraps the table of probe rounds to the width of the terminal', async () => {
    site.probe({ 'tokyo-1': 1, 'tokyo-2': null });
    const { stdout } = await site.run(['explain', 'tokyo'], { columns: 40 });
    expect(stdout).toContain(`
  PROBE    21 s ago
  tokyo-1  1/1
  tokyo-2  no answer (unknown, not down)

  PROBE    21 s ago
`);
  });

  test('shows scheduled events, as status does', async () => {
    const events = [{ code: 'instance-stop', description: 'Maintenance.', notBefore: site.world.now + 86_400_000 }];
    site.world.ec2['tokyo-1'] = { ...site.world.ec2['tokyo-1'], events } as never;
    const { stdout } = await site.run(['explain', 'tokyo']);
    expect(stdout).toMatch(
      /Observation\n[\s\S]* {2}AWS announced instance-stop [\s\S]*To move them away: [\s\S]*\nDiagnosis/,
    );
  });

  test('predicts decisions, with hold-down', async () => {
    site.world.stored = { ...site.world.stored, automaticSwaps: [site.world.now - 60_000] };
    const { stdout } = await site.run(['explain', 'tokyo', '--json']);
    const { ifItHappenedNow, wouldChange, rule } = JSON.parse(stdout) as Record<string, unknown>;
    expect(rule).toBe('without a failure, no routes move');
    expect(wouldChange).toContain('hold-down ends at 2026-11-23 03:04:00Z (in 4 min); an operator can override it');
    expect(ifItHappenedNow).toMatchObject([
      { kind: 'refuse', reason: 'hold-down' },
      { kind: 'swap', reason: 'owner-not-running' },
      { kind: 'swap', reason: 'switchover' },
    ]);
  });

  test('predicts hold-down for a report although all routes were moved back from the last target by other means', async () => {
    site.world.stored = { ...site.world.stored, automaticSwaps: [site.world.now - 60_000], lastTarget: eni2 };
    const { stdout } = await site.run(['explain', 'tokyo', '--json']);
    const { ifItHappenedNow } = JSON.parse(stdout) as Record<string, unknown>;
    expect(ifItHappenedNow).toMatchObject([{ kind: 'refuse', reason: 'hold-down' }, {}, {}]);
  });

  test('sends only queries and moves no routes', async () => {
    await site.run(['explain', 'tokyo']);
    expect(site.asked).toEqual([{ action: 'status' }, { action: 'history', limit: 200 }]);
    expect(site.world.replaced).toEqual([]);
  });

  test('shows the last refusal of the history', async () => {
    site.world.stored = { ...site.world.stored, maintenance: { [eni2]: { since: 0, by: 'ann', reason: 'disk' } } };
    const entry = {
      kind: 'swap',
      id: 'r1',
      owner: 'tokyo-1',
      epoch: 1,
      moved: 0,
      tookMs: 3,
      at: site.world.now,
    } as const;
    const refused = { ...entry, detector: 'serf', outcome: 'refused', reason: 'target-unfit', says: 'No.' } as const;
    site.world.history.push(refused, { ...entry, detector: 'bfd', outcome: 'noted', reason: 'heard', says: 'Heard.' });
    const { stdout } = await site.run(['explain', 'tokyo']);
    expect(stdout).toMatch(/Last refusal\n {2}2026-11-23 03:00:00Z {2}serf {2}target-unfit: No\.\n$/);
  });

  test.each([
    ['the evidence of the probe counts after the router’s own claim has expired', 1, 12_000, true],
    ['but not if the claim reports that its sessions are down', 0, 12_000, false],
    ['even an old claim, if the probe has read nothing since', 0, 20_000, false],
  ])('%s', async (_, established, ageMs, counts) => {
    const at = site.world.now - ageMs;
    site.world.hasSaid('tokyo-2', at, established > 0 ? UP : DOWN);
    const { stdout } = await site.run(['explain', 'tokyo']);
    expect(stdout.includes('the evidence that tokyo-2 has a path expires in 69 s')).toBe(counts);
  });
});

/** A report that was refused, with its evidence. */
function refusedWith(at: number, evidence: Readonly<Record<string, unknown>>): HistoryEntry {
  const decided = { detector: 'bfd', outcome: 'refused', reason: 'hold-down', says: 'No.' } as const;
  return { kind: 'swap', at, id: 'r1', ...decided, epoch: 1, moved: 0, tookMs: 3, evidence };
}

describe('history of all sites', () => {
  const line = ['history', '--site', 'all'];
  const entry = { kind: 'operator', detector: 'operator', outcome: 'noted', reason: 'operator' };

  test('is merged, newest first, with the site of each entry', async () => {
    const invoke = ({ functionName }: Call) => {
      const site = functionName.includes('--virginia--') ? 'virginia' : 'tokyo';
      const times = site === 'tokyo' ? [4_000, 2_000] : [3_000, 1_000];
      return times.map((at) => ({ ...entry, at, id: `${site}-${at}`, says: `Paused ${site}.` }));
    };
    const { exitCode, stdout } = await site.run([...line, '--limit', '3'], { invoke });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map((text) => text.slice(0, 30))).toEqual([
      'TIME                  SITE    ',
      '1970-01-01 00:00:04Z  tokyo   ',
      '1970-01-01 00:00:03Z  virginia',
      '1970-01-01 00:00:02Z  tokyo   ',
      '',
    ]);
  });

  test('shows the sites that answer, names the others, and ends with 1', async () => {
    await site.run(['resume', 'tokyo', '--yes']);
    await site.run(['pause', 'tokyo', '--for', '30m', '--reason', 'game day', '--yes']);
    const { exitCode, stdout, stderr } = await site.run(line);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/ tokyo .*paused tokyo/)]);
    expect(stderr).toContain('virginia: there is no function');
    const { stdout: json } = await site.run([...line, '--json']);
    expect(JSON.parse(json)).toMatchObject({
      site: 'all',
      entries: [{ site: 'tokyo' }],
      unseen: [{ name: 'virginia' }],
    });
  });
});

describe('history of a table whose stack was deleted', () => {
  const entry: HistoryEntry = {
    kind: 'operator',
    at: Date.UTC(2026, 10, 23, 3),
    id: 'run-1',
    detector: 'operator',
    outcome: 'noted',
    reason: 'operator',
    says: 'ann paused tokyo.',
  };
  const line = ['history', '--table', 'memory-1', '--region', 'eu-west-1', '--limit', '5'];

  test('is read from the table itself, without a topology', async () => {
    const readHistory = (...asked: unknown[]) =>
      Promise.resolve(asked.join(' ') === 'eu-west-1 memory-1 5' ? [entry] : []);
    const { exitCode, stdout } = await commandLine(line, { readHistory });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('ann paused tokyo.')]);
    const { stdout: json } = await commandLine([...line, '--json'], { readHistory });
    expect(JSON.parse(json)).toMatchObject({ table: 'memory-1', region: 'eu-west-1', entries: [{ id: 'run-1' }] });
  });

  test('is a failure with the cause if DynamoDB refuses, or if the table is another one', async () => {
    const refused = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    expect(await commandLine(line, { readHistory: refused })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('hint: grant dynamodb:Query on table memory-1') as string,
    });
    const other = () => Promise.resolve([{ kind: 'swap' }]);
    expect(await commandLine(line, { readHistory: other })).toMatchObject({ exitCode: 1 });
  });

  test('says what is to be done about a request that AWS would refuse again, and tells to repeat one that it throttled', async () => {
    const hintOf = async (name: string, httpStatusCode: number) => {
      const refused = Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });
      const { stderr } = await commandLine(line, { readHistory: () => Promise.reject(refused) });
      return /hint: (.*)\n/.exec(stderr)?.[1];
    };
    const correct = 'AWS refused this request; correct what its message names';
    expect(await hintOf('ValidationException', 400)).toBe(correct);
    expect(await hintOf('ThrottlingException', 400)).toBe('try again');
    expect(await hintOf('RequestLimitExceeded', 503)).toBe('try again');
    expect(await hintOf('InternalServerError', 500)).toBe('try again');
  });

  test('names the command that lists the tables if there is none of this name', async () => {
    const missing = () => Promise.reject(Object.assign(new Error('x'), { name: 'ResourceNotFoundException' }));
    const { exitCode, stderr } = await commandLine(line, { readHistory: missing });
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('hint: choose one of the tables that aws dynamodb list-tables --region eu-west-1 lists'),
    ]);
  });

  test.each([
    [[]],
    [['tokyo', '--table', 'memory-1']],
    [['--table', 'memory-1']],
    [['tokyo', '--region', 'eu-west-1']],
  ])('needs a table and its Region, and no site: %s', async (words) => {
    const { exitCode, stderr } = await commandLine(['history', ...words]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('either a SITE, or --table NAME')]);
  });
});

describe('history', () => {
  test('lists the entries, newest first', async () => {
    await site.run(['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'kernel', '--yes']);
    site.world.now += 60_000;
    await site.run(['maintenance', 'on', 'tokyo', 'tokyo-1', '--reason', 'kernel', '--yes']);
    const { exitCode, stdout } = await site.run(['history', 'tokyo']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "TIME                  DETECTOR  OUTCOME  REASON      OWNER    SWAP  MOVED  TOOK  DESCRIPTION
      2026-11-23 03:01:01Z  operator  noted    operator    –        –     0      –     ann@desk took tokyo-1 into maintenance (kernel): it gets no further routes until that ends, and keeps those that it has.
      2026-11-23 03:00:00Z  operator  swapped  switchover  tokyo-2  1     2      –     ann@desk asks for a switchover to tokyo-2 (kernel); tokyo-2 was fit and took the routes.
      "
    `);
  });

  test('shows the confirmation of a report, and why its BGP sessions could not be read', async () => {
    const confirm = {
      verdict: 'dead',
      address: '10.1.100.10',
      ports: { 179: 'silent', 22: 'refused' },
      api: 'open',
      ms: 301,
    };
    site.world.history.push(refusedWith(site.world.now, { confirm, bgpError: 'vtysh failed' }));
    const evidence =
      'Confirmation: dead after 301 ms (10.1.100.10 port 22 refused, 10.1.100.10 port 179 silent, API open). ' +
      'Its reporter could not read its own BGP sessions: vtysh failed.';
    expect((await site.run(['history', 'tokyo'])).stdout).toContain(`No. ${evidence}\n`);
    expect((await site.run(['explain', 'tokyo'])).stdout).toContain('Confirmation: dead after 301 ms');
  });

  test('shows no control character of what a router recorded', async () => {
    site.world.history.push({
      kind: 'swap',
      at: site.world.now,
      id: 'r1',
      detector: 'bfd',
      outcome: 'refused',
      reason: 'hold-down',
      says: 'No.',
      epoch: 1,
      moved: 0,
      tookMs: 3,
      evidence: { confirm: { verdict: 'dead', ports: { '22\u001b[2J': 'silent\u001b[H' } }, bgpError: 'no\r\nvtysh' },
    });
    const { stdout } = await site.run(['history', 'tokyo']);
    expect(stdout).toContain(
      '(the peer port 22 [2J silent [H). Its reporter could not read its own BGP sessions: no vtysh.',
    );
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('leaves out evidence of another shape', async () => {
    site.world.history.push(refusedWith(site.world.now, { confirm: 'dead', bgpError: 7 }));
    const { exitCode, stdout } = await site.run(['history', 'tokyo']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/No\.\n$/);
  });

  test('reports on stderr that it is empty', async () => {
    expect(await site.run(['history', 'tokyo'])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'The history of tokyo is empty.\n',
    });
  });

  test('requests as many entries as --limit gives, at most 1000', async () => {
    await site.run(['history', 'tokyo', '--limit', '7']);
    expect(site.asked).toEqual([{ action: 'history', limit: 7 }]);
    expect((await site.run(['history', 'tokyo', '--limit', '1001'])).exitCode).toBe(2);
  });
});

describe('plan', () => {
  test('shows each call in its order, and that the site is ready', async () => {
    const { exitCode, stdout } = await site.run(['plan', 'tokyo']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "✓ tokyo → tokyo-2: ann@desk asks for a switchover to tokyo-2 (plan); tokyo-2 is fit and takes the routes.

        ROUTE TABLE            DESTINATION  FROM     TO
        rtb-0a1b2c3d4e5f60021  10.2.0.0/20  tokyo-1  → tokyo-2
        rtb-0a1b2c3d4e5f60022  10.2.0.0/20  tokyo-1  → tokyo-2

        2 ReplaceRoute calls; within the burst that EC2 accepts at once
        ready: EC2 permits ReplaceRoute for 2 routes by DryRun. DryRun proves the permission of each call; it does not prove that tokyo-2 forwards, or that EC2's throttle has room
      "
    `);
    expect(site.world.replaced).toEqual([]);
  });

  test('recommends a prefix list that saves calls', async () => {
    const example = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8');
    const two = '- { id: rtb-0a1b2c3d4e5f60021, destinations: [10.2.0.0/20, 10.2.16.0/20] }';
    const stdin = example.replace('- rtb-0a1b2c3d4e5f60021', two);
    const { stdout } = await site.run(['plan', 'tokyo', '--topology', '-'], { stdin });
    expect(stdout).toMatch(
      /note: site tokyo: a swap takes 3 calls\. .* would reduce this to 2 calls; this is no faster/,
    );
  });

  test('ends with 3 if EC2 would refuse the calls', async () => {
    const denied = { kind: 'final', code: 'UnauthorizedOperation', message: 'You are not authorized.' } as const;
    site.world.faults.push(denied, denied, denied, denied);
    const { exitCode, stdout } = await site.run(['plan', 'tokyo']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(
      /^! tokyo .*[^]*not ready for an automatic failover:\n.* could not be moved: UnauthorizedOperation/,
    );
  });

  test('ends with 4 if a rule would refuse it', async () => {
    site.world.ec2['tokyo-2'] = { ...site.world.ec2['tokyo-2'], interface: 'detached' } as never;
    const { exitCode, stdout } = await site.run(['plan', 'tokyo']);
    expect(exitCode).toBe(4);
    expect(stdout).toContain('refused by rule target-unfit');
  });

  test('plans a move to the active router if the standby is the owner', async () => {
    for (const route of site.world.targets.keys()) site.world.targets.set(route, eni2);
    const { stdout } = await site.run(['plan', 'tokyo', '--json']);
    const calls = [
      { table: 'rtb-0a1b2c3d4e5f60021', destination: '10.2.0.0/20', from: 'tokyo-2', to: 'tokyo-1' },
      { table: 'rtb-0a1b2c3d4e5f60022', destination: '10.2.0.0/20', from: 'tokyo-2', to: 'tokyo-1' },
    ];
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'vyos-failover.plan/1', to: 'tokyo-1', calls, atLeastMs: 0 });
  });
});

describe('a site whose function cannot be invoked', () => {
  const failing = (name: string, more: object = {}) => ({
    invoke: () => {
      throw Object.assign(new Error('refused'), { name, ...more });
    },
  });

  test.each([
    ['it is not deployed', 'ResourceNotFoundException', {}, /there is no function .*\n {4}hint: deploy it/],
    ['invoking it is denied', 'AccessDeniedException', {}, /hint: grant lambda:InvokeFunction/],
    ['there are no credentials', 'CredentialsProviderError', {}, /hint: log in/],
    ['the login has expired', 'ExpiredTokenException', {}, /hint: log in/],
    ['there is no network', 'Error', { code: 'ENOTFOUND' }, /ap-northeast-1 cannot be reached.*\n.*region/],
    ['its answer is lost', 'Error', { code: 'ECONNRESET' }, /did not answer.*\n.*it may have acted/],
    ['Lambda throttles', 'TooManyRequestsException', {}, /hint: try again/],
  ])('because %s, ends with 1 and a hint', async (_, name, more, says) => {
    const ended = await site.run(['explain', 'tokyo'], failing(name, more));
    expect(ended).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringMatching(says) as string });
  });

  test('but by its alias for viewers, is shown all the same', async () => {
    const functions: string[] = [];
    const denied = (functionName: string) => {
      functions.push(functionName.replace(/.*--/, ''));
      if (!functionName.endsWith(':view')) throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      return [];
    };
    const invoke = ({ functionName }: { readonly functionName: string }) => denied(functionName);
    expect(await site.run(['history', 'tokyo', '--json'], { invoke })).toMatchObject({ exitCode: 0 });
    expect(functions).toEqual(['route-swap', 'route-swap:view']);
  });

  test('because it has another version, ends with 1 and names the missing field', async () => {
    const { exitCode, stderr } = await site.run(['status', 'tokyo'], { invoke: () => ({ owner: 'tokyo-1' }) });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/this version cannot read the answer of .*seen[\s\S]*hint: use the version/);
  });

  test('because it is not in the topology, ends with 2 and invokes nothing', async () => {
    expect(await site.run(['explain', 'tokio'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'topology tokyo-virginia has no site "tokio"\n    hint: did you mean tokyo?\n',
    });
    expect(site.asked).toEqual([]);
  });
});
