import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { accountOf } from '#demo/account-of-topology.ts';
import { startEmulator } from '#emulator/start.ts';
import { exampleWithOptions, fileWithOptions, SLACK } from './example-with-options.ts';
import { assembly, kept, names, report, SiteUnderTest, tokyo } from './site-under-test.ts';

let file: ReturnType<typeof fileWithOptions>;
let built: Awaited<ReturnType<typeof assembly>>;
let site: SiteUnderTest;

beforeAll(async () => {
  file = fileWithOptions();
  built = await assembly(file.path, { messages: true });
  site = await SiteUnderTest.start(built.directory, { of: exampleWithOptions });
});
afterAll(async () => {
  await site.close();
  built.remove();
  file.remove();
});

const happenings = <Kind extends string>(kind: Kind) => site.emulator.happenings.filter((each) => each.kind === kind);
const emails = () =>
  site.emulator.happenings.flatMap((each) => (each.kind === 'delivery' && each.protocol === 'email' ? [each] : []));
const subjects = () => emails().map(({ subject }) => subject);
const sent = (subject: string) => subjects().filter((each) => each === subject).length;
const posts = () => site.emulator.happenings.flatMap((each) => (each.kind === 'chat' ? [each] : []));
/** As CloudWatch sends it when an alarm of the site rises. */
const alarmEvent = (name: string, at = Date.now()) => ({
  id: `alarm-${name}`,
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  time: new Date(at).toISOString(),
  detail: { alarmName: `${names.stack}--${name}`, state: { value: 'ALARM', reason: 'Threshold Crossed' } },
});

describe('the messages of a site', () => {
  it('reach a confirmed address as one text with a subject, and the Slack channel as one post', async () => {
    site.emulator.confirmSubscriptions('on-call@example.com');
    const { body } = await site.post(report());
    expect(body).toMatchObject({ outcome: 'swapped' });
    await expect.poll(() => emails().length, { timeout: 60_000 }).toBeGreaterThan(0);
    await Promise.all([1, 2].map(() => site.emulator.invoke(names.notify, alarmEvent('failover-happened'))));
    await site.emulator.tickSchedules(tokyo.region);
    expect(subjects()).toEqual(['DEGRADED tokyo: tokyo-2 took over from tokyo-1']);
    expect(emails()[0]?.message).toContain('tokyo-2 reports that tokyo-1 failed (serf)');
    expect(emails()[0]?.message).toContain('\n  $ vyos-failover explain tokyo\n');
    expect(posts()).toMatchObject([
      { channel: SLACK.channel, title: ':large_yellow_circle: DEGRADED tokyo: tokyo-2 took over from tokyo-1' },
    ]);
    expect(happenings('undelivered')).toEqual([]);
  });

  it('are one for an event that is delivered twice, also at the same time', async () => {
    const until = new Date().toISOString();
    const detail = {
      topology: 'tokyo-virginia',
      site: 'tokyo',
      by: 'ann',
      reason: 'x',
      until,
      says: 'The pause is over.',
    };
    const event = { id: 'e-1', source: 'vyos-failover', 'detail-type': 'Pause Ended', time: until, detail };
    const deliver = () => site.emulator.invoke(names.notify, event);
    // Two environments are warm.
    await Promise.all([deliver(), deliver()]);
    await deliver();
    expect(sent('INFO tokyo: pause is over')).toBe(1);
  });

  it('are one for an alarm that no event announces, and for one whose event has not arrived after a minute', async () => {
    const refused = 'DEGRADED tokyo: A failover was requested and a rule refused it';
    await site.emulator.invoke(names.notify, alarmEvent('failover-refused', Date.now() - 61_000));
    expect(sent(refused)).toBe(0);
    await site.emulator.tickSchedules(tokyo.region);
    await expect.poll(() => sent(refused), { timeout: 60_000 }).toBe(1);
    expect((await site.emulator.invoke(names.routeSwap, { source: 'unknown' })).outcome).toBe('error');
    const failed = 'DEGRADED tokyo: route-swap failed or timed out';
    await expect.poll(() => sent(failed), { timeout: 60_000 }).toBe(1);
  });

  it('include that the notifier itself fails, without the notifier', async () => {
    const answer = await site.emulator.invoke(names.notify, { source: 'unknown' });
    expect(answer.outcome).toBe('error');
    const failed = `${names.notify}-failed`;
    const mails = () => subjects().filter((each) => each?.includes(failed));
    await expect.poll(mails, { timeout: 30_000 }).toHaveLength(1);
    const shown = () => posts().filter(({ title }) => title.includes(failed));
    await expect.poll(shown, { timeout: 30_000 }).toHaveLength(1);
  });
});

describe('the topic', () => {
  it('has the logical id of every earlier version, and with it the subscriptions', () => {
    const template = readFileSync(join(built.directory, `${names.stack}.template.json`), 'utf8');
    expect(JSON.parse(template)).toMatchObject({ Resources: { PeopleTopic78050798: { Type: 'AWS::SNS::Topic' } } });
  });
});

describe('a Slack workspace that the account has not authorized', () => {
  it('fails the stack of the channel and no other', async () => {
    const account = { ...accountOf(exampleWithOptions, () => undefined), slack: {} };
    const emulator = await startEmulator({ account, kept });
    onTestFinished(() => emulator.close());
    await expect(emulator.deploy(built.directory)).rejects.toThrow(/slack--C0123ABCD.*T0123ABCD is not authorized/s);
    const statuses = emulator.stacks.map((name) => [name.split('--')[1], emulator.stack(name).status]);
    expect(Object.fromEntries(statuses)).toEqual({
      tokyo: 'CREATE_COMPLETE',
      virginia: 'CREATE_COMPLETE',
      slack: 'ROLLBACK_COMPLETE',
    });
  });
});
