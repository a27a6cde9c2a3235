import { describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import { DOWN } from '../failover/situation.ts';
import { PlayedSite, SILENT } from './played-site.ts';

const NO_PATH: CommandEnd = { kind: 'answered', output: JSON.stringify(DOWN) };
const HOUR = 60;
const DAY = 24 * HOUR;

/** A failed active router, repaired a quarter of an hour later. */
async function failover(site: PlayedSite): Promise<void> {
  await site.minutes([{}, {}, {}]);
  await site.power('tokyo-1', 'stopped');
  await site.times(15, () => ({ active: SILENT }));
}

describe('the messages of', () => {
  it('a failover: one', async () => {
    const site = new PlayedSite();
    await failover(site);
    expect([site.notified.subjects, site.before]).toEqual([['DEGRADED tokyo: tokyo-2 took over from tokyo-1'], 4]);
  });

  it('a failover, the repair and the failback: one each', async () => {
    const site = new PlayedSite();
    await failover(site);
    await site.power('tokyo-1', 'running');
    await site.times(10, () => ({}));
    const back = { act: 'failback', to: 'tokyo-1', by: 'ann@desk', reason: 'repaired', overrides: [] } as const;
    await site.trigger({ kind: 'operator', id: 'by-ann', ...back });
    await site.times(10, () => ({}));
    expect([site.notified.subjects, site.before]).toEqual([
      [
        'DEGRADED tokyo: tokyo-2 took over from tokyo-1',
        expect.stringMatching(/^OK tokyo: can fail over again \(degraded 1\d min\)$/),
        'INFO tokyo: failback to tokyo-1 is done',
      ],
      7,
    ]);
  });

  it('an hour in which each new owner stops after six minutes: six, and a digest', async () => {
    const site = new PlayedSite();
    await site.minutes([{}, {}, {}]);
    for (let failure = 0; failure < 10; failure += 1) {
      const owner = failure % 2 === 0 ? 'tokyo-1' : 'tokyo-2';
      await site.power(owner, 'stopped');
      await site.times(2, () => (owner === 'tokyo-1' ? { active: SILENT } : { standby: SILENT }));
      await site.power(owner, 'running');
      await site.times(4, () => ({}));
    }
    await site.times(HOUR, () => ({}));
    expect([site.messages, site.notified.subjects.at(-1), site.before]).toEqual([
      7,
      'INFO tokyo: 14 more messages in the last hour',
      20,
    ]);
  });

  it.each([
    [4, 0, 0],
    [6, 7, 30],
    [8, 7, 21],
    [12, 7, 15],
  ])('an hour in which the standby has BGP half of every %i minutes: %i', async (period, messages, before) => {
    const site = new PlayedSite();
    await site.times(HOUR, (minute) => (minute % period < period / 2 ? {} : { standby: NO_PATH }));
    await site.times(2 * HOUR, () => ({}));
    expect([site.messages, site.before]).toEqual([messages, before]);
  });

  it('a day in which SSM answers two minutes of three: none', async () => {
    const site = new PlayedSite();
    await site.times(DAY, (minute) => (minute % 3 === 2 ? { active: SILENT, standby: SILENT } : {}));
    expect([site.messages, site.before]).toEqual([0, 0]);
  });

  it('a day without SSM: its beginning and its end', async () => {
    const site = new PlayedSite();
    await site.times(10, () => ({}));
    await site.times(DAY, () => ({ active: SILENT, standby: SILENT }));
    await site.times(10, () => ({}));
    expect([site.notified.subjects, site.before]).toEqual([
      ['DEGRADED tokyo: neither router can be verified', 'OK tokyo: can fail over again (degraded 1 d)'],
      3,
    ]);
  });
});
