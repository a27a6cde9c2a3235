import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from '#emulator/account.ts';
import { exampleWithOptions, fileWithOptions, SLACK } from './example-with-options.ts';
import { assembly, names, report, SiteUnderTest, tokyo } from './site-under-test.ts';

const withoutSlack = (plain: Account): Account => ({ ...plain, slack: {} });

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
const posts = () => site.emulator.happenings.flatMap((each) => (each.kind === 'chat' ? [each] : []));
/** As CloudWatch sends it when an alarm of the site rises. */
const alarmEvent = (name: string) => ({
  id: `alarm-${name}`,
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  time: new Date().toISOString(),
  detail: { alarmName: `${names.stack}--${name}`, state: { value: 'ALARM', reason: 'Threshold Crossed' } },
});

describe('the messages of a site', () => {
  it('reach a confirmed address as one text with a subject, and the Slack channel as one post', async () => {
    site.emulator.confirmSubscriptions('on-call@example.com');
    const { body } = await site.post(report());
    expect(body).toMatchObject({ outcome: 'swapped' });
    await expect.poll(() => emails().length, { timeout: 60_000 }).toBeGreaterThan(0);
    await site.emulator.invoke(names.notify, alarmEvent('failover-happened'));
    await site.emulator.tickSchedules(tokyo.region);
    expect(emails().map(({ subject }) => subject)).toEqual(['DEGRADED tokyo: tokyo-2 took over from tokyo-1']);
    expect(emails()[0]?.message).toContain('tokyo-2 reports that tokyo-1 failed (serf)');
    expect(emails()[0]?.message).toContain('\n  $ vyos-failover explain tokyo\n');
    expect(posts()).toMatchObject([
      { channel: SLACK.channel, title: ':large_yellow_circle: DEGRADED tokyo: tokyo-2 took over from tokyo-1' },
    ]);
    expect(happenings('undelivered')).toEqual([]);
  });

  it('are one for an event that is delivered twice, also at the same time', async () => {
    const before = emails().length;
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
    await Promise.all([site.emulator.invoke(names.notify, event), site.emulator.invoke(names.notify, event)]);
    await site.emulator.invoke(names.notify, event);
    expect(
      emails()
        .slice(before)
        .map(({ subject }) => subject),
    ).toEqual(['INFO tokyo: pause is over']);
  });

  it('include that the notifier itself fails, without the notifier', async () => {
    const answer = await site.emulator.invoke(names.notify, { source: 'unknown' });
    expect(answer.outcome).toBe('error');
    await expect.poll(() => emails().at(-1)?.subject, { timeout: 30_000 }).toContain(`ALARM: "${names.notify}-failed"`);
    await expect.poll(() => posts().at(-1)?.title, { timeout: 30_000 }).toContain('notify-failed');
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
    const start = SiteUnderTest.start(built.directory, { of: exampleWithOptions, account: withoutSlack });
    await expect(start).rejects.toThrow(/slack--C0123ABCD.*T0123ABCD is not authorized/s);
  });
});
