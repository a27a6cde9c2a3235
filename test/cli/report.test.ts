import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#cli/environment.ts';
import { pageOf } from '#cli/report/html/page.ts';
import { findEntry } from '#cli/report/incident.ts';
import type { ReportView } from '#cli/report/report-view.ts';
import { textOf } from '#cli/report/text.ts';
import { traceOf } from '#cli/report/trace.ts';
import type { HistoryEntry, SwapEntry } from '#contracts/history.ts';
import { NOW } from '../failover/situation.ts';
import type { SiteWorld } from '../world/site-world.ts';
import { commandLine } from './command-line.ts';
import {
  DRILL,
  incidentSite,
  OLD_ENTRY,
  REPORT,
  ROUTES,
  reportFailure,
  reportInPhases,
  reportOf,
  reportOn,
} from './reported-incidents.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const lines = ({ runs }: ReportView, lane: string) =>
  runs.flatMap(({ events }) => events.filter((event) => event.lane === lane).map(({ says }) => says));

describe('the report of a failover', () => {
  let world: SiteWorld;
  let report: ReportView;
  beforeAll(async () => {
    world = await incidentSite();
    await reportFailure(world);
    report = await reportOf(world, REPORT);
  });

  it('says what happened, why, and how long it took since the detector noticed', () => {
    expect(report.what).toBe('3 routes of tokyo moved from tokyo-1 to tokyo-2');
    expect(report.why).toContain('tokyo-2 reports that tokyo-1 failed (bfd)');
    expect(report.howLong.ms).toBe(353 + 30);
    expect(report.howLong.phases[0]).toEqual({ name: 'confirm and report', ms: 353 });
    expect(report.next).toContain('When tokyo-1 is fit again: vyos-failover failback tokyo --reason TEXT');
  });

  it('is a table, too, for an operator who has only a terminal', () => {
    const text = textOf(report);
    expect(text).toContain('3 routes of tokyo moved from tokyo-1 to tokyo-2\n');
    expect(text).toMatch(/^How long: 0\.38 s from /m);
    expect(text).toMatch(/^-353 ms +\d+ ms +Routers +tokyo-2 asks tokyo-1 again$/m);
    expect(text).toMatch(/^20 ms +10 ms +Calls to AWS +ec2:ReplaceRoute /m);
    expect(text).toMatch(/^WITNESS +ABOUT +WHEN +STATEMENT$/m);
    expect(text).toMatch(/^EC2 +tokyo-1 +at the observation +instance /m);
    expect(text).toMatch(/^health-probe +tokyo-2 +\d+\.\d s before +/m);
    expect(text).toContain('Routes before and after: 3 managed routes, 3 moved\n');
    for (const { table, destination } of ROUTES)
      expect(text).toMatch(new RegExp(`^${table} ${destination} +tokyo-1 +tokyo-2 +moved$`, 'm'));
    expect(text).toMatch(/^Diagnosis: OwnerReportedFailed: /m);
    expect(text).toMatch(/^Rule: with prefer: availability, /m);
    expect(text).toMatch(/^Policy: prefer: availability, /m);
    expect(text).toMatch(/^If tokyo-2 had not been proven fit +refuse \(target-unfit\) +/m);
    expect(text).toMatch(/The history of all sites has no other entry within 10 minutes\.\n$/);
  });

  it.each([40, 80])('is a table that fits into %s columns', (columns) => {
    const wide = textOf(report, columns)
      .split('\n')
      .filter((line) => line.length > columns);
    // Ids and names of rules stay whole.
    expect(wide.filter((line) => line.trim().includes(' ') && !/ \S+$/.test(line))).toEqual([]);
  });

  it('shows the detector, the routers, and each call to AWS with its time', () => {
    expect(lines(report, 'Detectors')).toEqual(['bfd on tokyo-2 notices that tokyo-1 does not answer']);
    expect(lines(report, 'Routers')).toContain('tokyo-2 asks tokyo-1 again');
    const calls = lines(report, 'Calls to AWS');
    for (const { table, destination } of ROUTES) expect(calls).toContain(`ec2:ReplaceRoute ${table} ${destination}`);
    expect(calls).toContain('dynamodb:PutItem takes the lease and writes the journal');
    const replaced = report.runs[0]?.events.find(({ says }) => says.startsWith('ec2:ReplaceRoute'));
    expect(replaced).toMatchObject({ startMs: 20, tookMs: 10 });
  });

  it('shows the routes before and after, and what each witness said', () => {
    const [run] = report.runs;
    expect(run?.routes).toHaveLength(3);
    expect(run?.routes[0]).toMatchObject({ before: 'tokyo-1', after: 'tokyo-2', moved: true, error: null });
    expect(run?.witnesses).toContainEqual(
      expect.objectContaining({ who: 'health-probe', about: 'tokyo-2', ageMs: expect.closeTo(5_000, -3) as unknown }),
    );
  });

  it('states which conditions would have led to another decision, and only those', () => {
    const changes = report.runs[0]?.wouldChange ?? [];
    const reasonIf = (condition: string) => changes.find((each) => each.condition === condition)?.reason;
    expect(reasonIf('tokyo-1 had claimed a working path after the failure was noticed')).toBe('owner-healthy');
    expect(reasonIf('tokyo-2 had not been proven fit')).toBe('target-unfit');
    expect(reasonIf('the policy were prefer: safety')).toBe('second-witness-missing');
    expect(reasonIf('EC2 had reported that tokyo-1 is stopped')).toBeUndefined();
  });

  it.each(['html', 'trace'])('is not printed into a terminal as %s, and AWS is not asked', async (format) => {
    const line = ['report', 'last', '--format', format, '--topology', 'tokyo-virginia.yaml'];
    const asked: Call[] = [];
    const invoke = (call: Call) => {
      asked.push(call);
      return answerOf(world, call);
    };
    const { exitCode, stdout, stderr } = await commandLine(line, { terminal: true, invoke });
    expect([exitCode, stdout, asked]).toEqual([2, '', []]);
    expect(stderr).toContain('hint: name a file with -o FILE, or use --format table, --json or a pipe');
  });

  it('is found by the beginning of its id, and written to a file; the same as a trace', async () => {
    const topology = ['--topology', 'tokyo-virginia.yaml'];
    const site = { invoke: (call: Call) => answerOf(world, call) };
    const page = join(folder, 'page.html');
    const written = await commandLine(['report', REPORT.slice(0, 6), '-o', page, ...topology], site);
    expect(written).toMatchObject({ exitCode: 0, stdout: '' });
    expect(readFileSync(page, 'utf8')).toContain('3 routes of tokyo moved from tokyo-1 to tokyo-2');
    const trace = await commandLine(['report', 'last', '--format', 'trace', ...topology], site);
    const { traceEvents } = JSON.parse(trace.stdout) as { traceEvents: { ph: string; dur?: number; name: string }[] };
    expect(traceEvents).toContainEqual(expect.objectContaining({ ph: 'X', dur: 10_000, cat: 'Calls to AWS' }));
    const unknown = await commandLine(['report', 'nothing', ...topology], site);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('no trigger with id "nothing"');
    const none = await commandLine(['report', 'last', ...topology], { invoke: () => [] });
    expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no swap is in the last') as unknown });
    const lost = await commandLine(['report', 'last', '-o', join(folder, 'no', 'x.html'), ...topology], site);
    expect(lost).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot be written') as unknown });
  });
});

it('the report of a failover that was reported in two phases shows what the first one prepared', async () => {
  const world = await incidentSite();
  await reportInPhases(world);
  const report = await reportOf(world, REPORT);
  expect(lines(report, 'route-swap')).toEqual([
    'the suspected report arrives: observes the site, and prepares the swap',
    'the report of tokyo-2 arrives',
    'reads the stored state, takes the lease and decides: swapped (reported-by-survivor)',
    'replaces the routes',
    'reads the routes back: 3 routes moved',
  ]);
  expect(report.runs[0]?.events.find(({ says }) => says.startsWith('the suspected'))?.startMs).toBe(-310);
  expect(report.howLong).toMatchObject({ ms: 353 + 20, phases: [{}, { ms: 10 }, { ms: 10 }, {}] });
  expect(lines(report, 'Calls to AWS').filter((call) => call.startsWith('ec2:Describe'))).toHaveLength(1);
});

/** As the functions of both sites answer. */
function answerOf(world: SiteWorld, { region, payload }: Call): unknown {
  return region !== world.site.region ? [] : world.ended(world.invoke(payload));
}

it('the report of a partial swap names the route and the reason of EC2, and the run that finished it', async () => {
  const world = await incidentSite();
  const [, second] = ROUTES;
  world.aws.faults.add({ action: 'ReplaceRoute', kind: 'denied', resource: `*route-table/${second?.table}` });
  await reportFailure(world);
  await world.clock.advanceTo(world.clock.now() + 20_000);
  world.aws.faults.clear();
  await world.round();
  const report = await reportOf(world, REPORT);
  expect(report.what).toMatch(/^Only 2 of 3 routes of tokyo moved to tokyo-2 at first; the others 20\.\d\d s later$/);
  expect(report.howLong.ms).toBeGreaterThan(20_000);
  expect(report.runs.map(({ reason }) => reason)).toEqual(['reported-by-survivor', 'finish-swap']);
  expect(report.runs[0]?.routes.find(({ table }) => table === second?.table)).toMatchObject({
    before: 'tokyo-1',
    after: 'tokyo-1',
    error: expect.stringContaining('UnauthorizedOperation') as unknown,
  });
  expect(pageOf(report)).toContain('UnauthorizedOperation');
});

it('the report of a refusal states the rule, and the condition under which the routes would have moved', async () => {
  const world = await incidentSite();
  const standby = world.lives['tokyo-2'];
  if (standby !== undefined) standby.bgp = 'down';
  await reportFailure(world);
  const report = await reportOf(world, REPORT);
  expect(report.what).toBe('No route of tokyo moved: the rule target-unfit refused it');
  expect(report.runs[0]?.wouldChange).toContainEqual(
    expect.objectContaining({ condition: 'tokyo-2 had been proven fit', kind: 'swap' }),
  );
});

it('a page escapes what operators, routers and AWS wrote, and permits neither scripts nor a network', async () => {
  const world = await incidentSite();
  const reason = '<script>alert(1)</script>" onload="x';
  await world.ended(world.invoke({ action: 'switchover', id: 'sw-1', to: 'tokyo-2', by: '<img src=x>', reason }));
  const page = pageOf(await reportOf(world, 'sw-1'));
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<img|" onload|https?:/);
  expect(page).toContain("default-src 'none'");
});

it('an entry of an earlier version gives a page with what it has, and states that it has no detail', () => {
  const report = reportOn([OLD_ENTRY], OLD_ENTRY.id);
  expect(report.what).toBe('2 routes of tokyo moved to tokyo-2');
  expect(pageOf(report)).toContain('This entry has no detail');
  expect(JSON.stringify(traceOf(report))).toContain('observes and decides');
});

describe('the report of a drill', () => {
  it.each(['drill-1', 'away', 'back'])('has both movements, named by %s, with the packets that were lost', (id) => {
    const report = reportOn(DRILL, id);
    expect(report.runs.map((run) => run.id)).toEqual(['away', 'back', 'drill-1']);
    const [lost, none] = report.runs.flatMap(({ events }) => events.filter(({ lane }) => lane === 'Traffic'));
    expect(lost).toMatchObject({ says: '3 of 380 packets lost, 0.15 s without replies', startMs: 30, tookMs: 150 });
    expect(none).toMatchObject({ says: '0 of 380 packets lost', tone: 'good' });
  });

  it('says how it ended, the longest outage, and who requested it', () => {
    const report = reportOn(DRILL, 'drill-1');
    expect(report).toMatchObject({ outcome: 'passed', howLong: { ms: 150 } });
    expect(report.what).toBe('Drill of tokyo, passed: routes from tokyo-1 to tokyo-2 and back');
    expect(pageOf(report)).toContain('caller verified by AWS: arn:aws:sts::123456789012:assumed-role/operators/ann');
  });
});

describe('an incident', () => {
  const swap = (id: string, atS: number, more: Partial<SwapEntry> = {}) => ({
    ...OLD_ENTRY,
    id,
    at: NOW + atS * 1000,
    ...more,
  });
  const byOperator = (id: string, atS: number) =>
    ({
      at: NOW + atS * 1000,
      id,
      detector: 'operator',
      outcome: 'noted',
      reason: 'operator',
      says: 'ann worked on tokyo.',
    }) as const;
  const noted = (id: string, atS: number) => ({ kind: 'operator', ...byOperator(id, atS) }) as const;
  const push = (id: string, atS: number, tookS: number) =>
    ({ kind: 'push', ...byOperator(id, atS), tookMs: tookS * 1000 }) as const;
  /** An hour of work, each step some seconds after the one before. */
  const BUSY: readonly HistoryEntry[] = [
    noted('pause', 0),
    swap('move', 10, { detector: 'operator', reason: 'switchover', epoch: 1 }),
    push('push-tokyo-2', 20, 8),
    noted('maintenance', 25),
    push('push-tokyo-1', 30, 18),
    swap('doubt', 40, { outcome: 'refused', moved: 0, epoch: 1 }),
    swap('failure', 50, { outcome: 'partial', epoch: 2 }),
    swap('wish', 52, { detector: 'operator', outcome: 'refused', moved: 0, epoch: 2 }),
    swap('round', 90, { detector: 'probe', reason: 'finish-swap', epoch: 3 }),
    swap('failure', 95, { outcome: 'already', moved: 0, epoch: 3 }),
    swap('other', 100, { owner: 'tokyo-1', epoch: 4 }),
    swap('back', 110, { detector: 'operator', reason: 'failback', epoch: 5 }),
    noted('resume', 120),
  ];
  const failure = ['doubt', 'failure', 'round', 'failure'];

  it.each([
    ['a pause', 'pause', ['pause']],
    ['a switchover', 'move', ['move']],
    ['a push', 'push-tokyo-1', ['push-tokyo-2', 'push-tokyo-1']],
    ['a refused request', 'wish', ['wish']],
    ['a failure, named by its last report', 'failure', failure],
    ['a failure, named by what was refused first', 'doubt', failure],
    ['a failure, named by the run that finished the swap', 'round', failure],
    ['the next failure', 'other', ['other']],
    ['a failback', 'back', ['back']],
  ])('has what belongs to %s, and nothing else that happened then', (_, id, ids) => {
    const { runs, around } = reportOn(BUSY, id);
    expect(runs.map((run) => run.id)).toEqual(ids);
    expect(around).toHaveLength(BUSY.length);
    expect(around.filter(({ isPart }) => isPart)).toHaveLength(ids.length);
  });

  it('ends where no detector reports the failure for a minute', () => {
    const entries = [swap('one', 0), swap('two', 61, { outcome: 'already', epoch: 1 })];
    expect(reportOn(entries, 'one').runs).toHaveLength(1);
    expect(reportOn([...entries, swap('more', 59, { outcome: 'already' })], 'one').runs).toHaveLength(3);
  });
});

it('an entry is named by the number of its swap, its id, the beginning of it, or as the last one', () => {
  const entries = DRILL.map((entry) => ({ site: 'tokyo', entry }));
  const found = (name: string) => findEntry(name, entries);
  expect(found('4')).toMatchObject({ entry: { id: 'away' } });
  expect(found('dri')).toMatchObject({ entry: { id: 'drill-1' } });
  expect(found('last')).toMatchObject({ entry: { id: 'back' } });
  expect(found('6')).toBeUndefined();
  const later = { ...OLD_ENTRY, id: 'later', at: NOW + 3_600_000, outcome: 'already' as const };
  expect(findEntry('last', [...entries, { site: 'tokyo', entry: later }])).toMatchObject({ entry: { id: 'back' } });
  expect(findEntry('4', [...entries, ...entries.map(({ entry }) => ({ site: 'virginia', entry }))])).toEqual([
    'away (tokyo)',
    'away (virginia)',
  ]);
});
