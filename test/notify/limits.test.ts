import { describe, expect, it } from 'vitest';
import { MESSAGES_AN_HOUR, URGENT_AN_HOUR } from '#functions/notify/pace.ts';
import { health, MINUTE, Notified, swap } from './notified.ts';

const DIGEST = /more messages? in the last hour$/;

/** The site is degraded and well again, this often, a minute apart. */
function flap(site: Notified, times: number): void {
  for (let time = 0; time < times; time += 1) {
    site.announce('Site Degraded', health('StandbyUnfit', 'degraded', { owner: 'tokyo-1' }));
    site.wait(1);
    site.announce('Site Recovered', health('Healthy', undefined));
    site.wait(1);
  }
}

const REFUSED = swap({ outcome: 'refused', reason: 'both-unfit', owner: 'tokyo-1' });

describe('the limit of messages', () => {
  it('is six an hour, the last of which says so; then a digest counts what was held back', () => {
    const site = new Notified();
    flap(site, 10);
    expect(site.messages).toHaveLength(MESSAGES_AN_HOUR);
    expect(site.texts.at(-1)).toContain('Limit:    this is message 6 within an hour.');
    site.wait(60);
    expect(site.messages).toHaveLength(MESSAGES_AN_HOUR + 1);
    expect(site.subjects.at(-1)).toBe('INFO tokyo: 14 more messages in the last hour');
    expect(site.texts.at(-1)).toContain('- 7 x DEGRADED standby tokyo-2 is not fit');
    expect(site.texts.at(-1)).toContain('Nothing is wrong now.');
  });

  it('leaves one digest an hour while the site goes on like that, and ends when it does', () => {
    const site = new Notified();
    flap(site, 150);
    expect(site.subjects.slice(MESSAGES_AN_HOUR).every((subject) => DIGEST.test(subject))).toBe(true);
    expect(site.messages.length).toBeLessThanOrEqual(MESSAGES_AN_HOUR + 5);
    site.wait(130);
    const quiet = site.messages.length;
    flap(site, 1);
    expect(site.messages).toHaveLength(quiet + 2);
  });

  it('never holds back that traffic is lost, or flows again', () => {
    const site = new Notified();
    flap(site, 10);
    site.announce('Failover Refused', REFUSED);
    site.wait(6);
    site.announce('Site Recovered', health('Healthy', undefined));
    expect(site.subjects.slice(MESSAGES_AN_HOUR)).toEqual([
      'DOWN tokyo: no router can take the routes',
      'OK tokyo: traffic flows, can fail over again (down 6 min)',
    ]);
  });

  it('names what is wrong at the time of the digest', () => {
    const site = new Notified();
    flap(site, 4);
    site.announce('Site Degraded', health('StandbyUnfit', 'degraded', { owner: 'tokyo-1' }));
    site.wait(61);
    expect(site.subjects.at(-1)).toBe('DEGRADED tokyo: 3 more messages in the last hour');
    expect(site.texts.at(-1)).toContain('- DEGRADED standby tokyo-2 is not fit, for 58 min');
  });
});

describe('a site that is down and up again all the time', () => {
  it('has as its last message before the digest that traffic is lost, and that says so', () => {
    const site = new Notified();
    for (let time = 0; time < 12; time += 1) {
      site.announce('Site Degraded', health('BothUnfit', 'down', { owner: 'tokyo-1' }));
      site.wait(1);
      site.announce('Site Recovered', health('Healthy', undefined));
      site.wait(1);
    }
    site.announce('Site Degraded', health('BothUnfit', 'down', { owner: 'tokyo-1' }));
    expect(site.messages).toHaveLength(URGENT_AN_HOUR);
    expect(site.subjects.at(-1)).toBe('DOWN tokyo: neither router has a path');
    expect(site.texts.at(-1)).toContain(`Limit:     this is urgent message ${URGENT_AN_HOUR} within an hour.`);
    site.wait(60);
    expect(site.subjects.at(-1)).toBe('DOWN tokyo: 5 more messages in the last hour');
  });
});

describe('a flood of events', () => {
  it('sends no more than the limits, and its memory does not grow', () => {
    const site = new Notified();
    const began = site.now;
    for (let event = 0; event < 3_000; event += 1) {
      site.announce('Failover Refused', { ...REFUSED, id: `flood-${event}` });
      site.announce('Failover Completed', swap({ epoch: event, says: 'x'.repeat(2_000) }));
      site.announce('Pause Ended', {
        topology: 't',
        site: 's',
        by: 'x',
        reason: `${event}`,
        until: '2026-11-23T03:00:00Z',
        says: `${event}`,
      });
      site.announce('Config Pushed', {
        topology: 't',
        site: 's',
        id: `${event}`,
        by: 'x',
        routers: [`router-${event}`],
        says: 'x',
        at: '2026-11-23T03:00:00Z',
      });
      site.now = began + Math.floor((event * 55 * MINUTE) / 3_000);
    }
    expect(site.messages.length).toBeLessThanOrEqual(MESSAGES_AN_HOUR + URGENT_AN_HOUR + 1);
    expect(JSON.stringify(site.memory).length).toBeLessThan(30_000);
  });
});
