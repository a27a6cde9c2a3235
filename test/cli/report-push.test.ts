/** What the history keeps of a push on one router, and how `report` shows it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { pageOf } from '#cli/report/html/page.ts';
import type { ReportView } from '#cli/report/report-view.ts';
import { textOf } from '#cli/report/text.ts';
import { History } from '#contracts/history.ts';
import { MAX_COMMANDS_IN_DETAIL } from '#contracts/push-detail.ts';
import { PushRecord } from '#functions/config-push/record/push-record.ts';
import { FAR, FILE, isNew, PushedPair, RENUMBERED } from '../functions/pushed-pair.ts';
import { reportOn } from './reported-incidents.ts';

let pair: PushedPair;
beforeEach(() => {
  pair = new PushedPair();
});

/** The report about the newest entry, from what was sent over the wire. */
function reported(): ReportView {
  const details = new Map(pair.world.detailedPushes.map((entry) => [`${entry.id} ${entry.at}`, entry]));
  const entries = pair.world.history.map((entry) => details.get(`${entry.id} ${entry.at}`) ?? entry);
  const read = History.parse(JSON.parse(JSON.stringify(entries)));
  return reportOn(read, read.at(-1)?.id ?? '');
}

const steps = ({ runs }: ReportView) =>
  runs.at(-1)?.events.flatMap(({ lane, says, tone }) => (lane === 'config-push' ? [`${tone}: ${says}`] : []));

describe('the report of a push', () => {
  it('shows the commands, who requested them, and each step with its time', async () => {
    const arn = 'arn:aws:iam::123456789012:user/ann';
    await pair.push({ by: 'user/ann', requestedBy: { arn } });
    const report = reported();
    const [run] = report.runs;
    expect(report.what).toBe('A configuration was pushed to tokyo-2');
    expect(run?.change).toMatchObject({
      router: 'tokyo-2',
      commands: expect.arrayContaining([expect.stringMatching(/^set .*10\.1\.16\.0\/20/)]) as unknown,
      programs: null,
    });
    expect(run?.change?.commands).toHaveLength(run?.change?.commandCount ?? -1);
    expect(run?.events[0]).toMatchObject({
      lane: 'Operators',
      says: `user/ann pushed a configuration (caller verified by AWS: ${arn})`,
    });
    expect(steps(report)).toEqual([
      expect.stringMatching(
        /^good: tokyo-2 applies \d commands; unless they are confirmed, they are undone after \d+ s$/,
      ),
      'good: tokyo-2 waits until its BGP sessions are Established again, and proven',
      'good: tokyo-2 confirms the configuration and saves it',
    ]);
    const verified = run?.events.find(({ says }) => says.includes('BGP'));
    expect(verified?.tookMs).toBeGreaterThan(1_000);
    const text = textOf(report);
    expect(text).toMatch(/^\d commands on tokyo-2, keys by their names:\n {2}set /m);
    expect(pageOf(report)).toContain('<h3>What was changed</h3>');
  });

  it('names a sender whose stated name has a period', async () => {
    const requestedBy = { arn: 'arn:aws:iam::123456789012:user/ann', stated: 'A. Smith' };
    await pair.push({ by: 'user/ann ("A. Smith")', requestedBy });
    const [first] = reported().runs[0]?.events ?? [];
    expect(first?.says).toMatch(/^user\/ann \("A\. Smith"\) pushed a configuration \(caller verified by AWS: /);
  });

  it('says why the router has its old configuration again', async () => {
    pair.standby.ebgp = () => [isNew(pair.standby) ? 0 : 1, 1];
    await pair.push();
    const report = reported();
    expect([report.outcome, report.what]).toEqual(['failed', 'The push to tokyo-2 failed']);
    expect(report.next).toEqual([
      'To see how tokyo-2 differs from the topology now: vyos-failover config diff --router tokyo-2',
    ]);
    expect(steps(report)?.slice(1)).toEqual([
      `bad: tokyo-2 waits until its BGP sessions are Established again, and proven: its BGP sessions did not come back: its session with ${FAR} was Established before and is not now`,
      'good: tokyo-2 restores the old configuration',
    ]);
  });

  it('has the steps of all runs of a router that waited for its far end', async () => {
    await pair.push({ topology: RENUMBERED, only: 'tokyo-2', hold: true });
    expect(pair.world.detailedPushes).toEqual([]);
    pair.world.now += 40_000;
    await pair.ask('confirm');
    const report = reported();
    expect(steps(report)?.map((says) => says.slice(0, 20))).toEqual([
      'good: tokyo-2 applie',
      'good: tokyo-2 waits ',
      'good: tokyo-2 confir',
    ]);
    const [, , waits, confirms] = report.runs[0]?.events ?? [];
    expect((confirms?.startMs ?? 0) - (waits?.startMs ?? 0) - (waits?.tookMs ?? 0)).toBeGreaterThanOrEqual(40_000);
    expect(report.runs[0]?.change?.commandCount).toBeGreaterThan(0);
  });

  it('shows what a later run recovered of a push that stopped midway', async () => {
    await pair.push({}, pair.dies).catch(() => undefined);
    pair.world.now += 3_600_000;
    await pair.ask('settle');
    const report = reported();
    expect(report.what).toBe('The push to tokyo-2 failed');
    expect(report.runs[0]?.change?.commandCount).toBeGreaterThan(0);
    expect(steps(report)?.at(-1)).toMatch(/tokyo-2 restores the old configuration/);
  });

  it('names keys and never shows one', async () => {
    const renamed = FILE.replace('/vyos-failover/tokyo-virginia/psk/tokyo-2--virginia-2', '/rotated/psk');
    await pair.push({ topology: renamed, only: 'tokyo-2', hold: true });
    await pair.ask('confirm');
    const { commands = [] } = reported().runs[0]?.change ?? {};
    const keys = commands.filter((command) => command.includes('secret'));
    expect(keys.length).toBeGreaterThan(0);
    for (const command of keys) expect(command).toMatch(/'\{\{ssm:\/rotated\/psk\}\}'$/);
  });

  it('without a detail shows what the entry itself has', () => {
    const entry = {
      kind: 'push',
      at: 1_000_000,
      id: 'p-tokyo-2',
      detector: 'operator',
      outcome: 'noted',
      reason: 'config-pushed',
      says: 'ann pushed a configuration. tokyo-2 has its new configuration.',
      tookMs: 42_000,
    } as const;
    const report = reportOn([entry], entry.id);
    expect(report.what).toBe('A configuration was pushed to a router of tokyo');
    expect(report.runs[0]).toMatchObject({ detailed: false, change: null, events: [{ startMs: 0, tookMs: 42_000 }] });
    expect(pageOf(report)).toContain('This entry has no detail');
  });
});

describe('the record of a push', () => {
  it('keeps the beginning of a long list of commands, and their number', () => {
    const record = new PushRecord(() => 0);
    const commands = Array.from({ length: 900 }, (_, at) => `set policy prefix-list ANNOUNCED rule ${at}`);
    record.begin('tokyo-1', commands);
    const { changes } = record.detailOf('tokyo-1');
    expect(changes).toEqual({ commands: commands.slice(0, MAX_COMMANDS_IN_DETAIL), count: 900 });
  });

  it('fits into an item of DynamoDB, however long the texts of an operator are that the commands delete', () => {
    const record = new PushRecord(() => 0);
    const commands = Array.from(
      { length: 200 },
      (_, at) => `delete policy route-map R${at} description '${'é'.repeat(2_000)}'`,
    );
    record.begin('tokyo-1', commands);
    expect(Buffer.byteLength(JSON.stringify(record.detailOf('tokyo-1')))).toBeLessThan(200_000);
    expect(record.detailOf('tokyo-1').changes?.commands[0]).toMatch(/^delete policy route-map R0 description 'é+…$/);
  });
});
