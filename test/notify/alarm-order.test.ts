import { describe, expect, it } from 'vitest';
import { health, Notified, swap } from './notified.ts';

const STANDBY_UNFIT = health('StandbyUnfit', 'degraded', { owner: 'tokyo-1' });

describe('the changes of an alarm, delivered out of order', () => {
  it('leave no condition if the end arrives before the beginning', () => {
    const site = new Notified();
    const began = site.alarmChange('probe-missing', 'ALARM');
    site.wait(1);
    site.alarm('probe-missing', 'OK');
    site.wait(1);
    site.deliver(began);
    expect(site.memory.conditions).toEqual({});
    expect(site.messages).toEqual([]);
    site.wait(10);
    site.alarm('probe-missing', 'ALARM');
    expect(site.subjects).toEqual(['DEGRADED tokyo: health-probe has not finished a round for three minutes']);
  });

  it('do not end an alarm that has risen again', () => {
    const site = new Notified();
    site.alarm('probe-missing', 'ALARM');
    site.wait(1);
    const ended = site.alarmChange('probe-missing', 'OK');
    site.wait(1);
    site.alarm('probe-missing', 'ALARM');
    site.deliver(ended);
    expect(site.subjects).toHaveLength(1);
    expect(Object.keys(site.memory.conditions)).toEqual(['alarm:probe-missing']);
  });
});

describe('an alarm on what the probe finds', () => {
  const OVER = /^OK tokyo: push-unsettled is over/;
  const unsettled = () => {
    const site = new Notified();
    site.alarm('push-unsettled', 'ALARM');
    site.wait(10);
    return site;
  };

  it('is over while the probe runs', () => {
    const site = unsettled();
    site.alarm('push-unsettled', 'OK');
    site.wait(2);
    expect(site.subjects.at(-1)).toMatch(OVER);
    site.wait(10);
    expect(site.messages).toHaveLength(2);
  });

  it.each([0, 1])('is not over because the probe has stopped, %s min before probe-missing rises', (minutes) => {
    const site = unsettled();
    site.alarm('push-unsettled', 'OK');
    site.wait(minutes);
    site.alarm('probe-missing', 'ALARM');
    site.wait(60);
    expect(site.subjects).not.toContainEqual(expect.stringMatching(OVER));
    site.alarm('probe-missing', 'OK');
    site.wait(4);
    expect(site.subjects).not.toContainEqual(expect.stringMatching(OVER));
    site.wait(1);
    expect(site.subjects.at(-1)).toMatch(OVER);
  });

  it('that rises again after the probe was away has never been over', () => {
    const site = unsettled();
    site.alarm('probe-missing', 'ALARM');
    site.alarm('push-unsettled', 'OK');
    site.wait(20);
    site.alarm('probe-missing', 'OK');
    site.wait(3);
    site.alarm('push-unsettled', 'ALARM');
    site.wait(30);
    expect(site.subjects).toHaveLength(3);
    expect(Object.keys(site.memory.conditions)).toEqual(['alarm:push-unsettled']);
  });
});

describe('an alarm about lost traffic', () => {
  it('is announced although the site is degraded', () => {
    const site = new Notified();
    site.announce('Site Degraded', STANDBY_UNFIT);
    site.wait(30);
    site.alarm('foreign-routes', 'ALARM');
    site.wait(2);
    expect(site.subjects).toEqual([
      'DEGRADED tokyo: standby tokyo-2 is not fit',
      'DOWN tokyo: A managed route is missing',
    ]);
    site.wait(10);
    site.alarm('foreign-routes', 'OK');
    expect(site.subjects.at(-1)).toMatch(/^OK tokyo: foreign-routes is over/);
  });

  it('is announced although the site has just become degraded or well', () => {
    const site = new Notified();
    site.announce('Site Degraded', STANDBY_UNFIT);
    site.wait(5);
    site.announce('Site Recovered', health('Healthy', undefined));
    site.wait(1);
    site.alarm('foreign-routes', 'ALARM');
    site.wait(2);
    expect(site.subjects.at(-1)).toBe('DOWN tokyo: A managed route is missing');
  });

  it('is one message with the swap that names the routes', () => {
    const site = new Notified();
    const foreign = [{ table: 'rtb-0a1b2c3d4e5f60022', destination: '10.2.0.0/20', why: 'missing' }];
    site.announce('Failover Completed', swap({ foreign, counts: { moved: 1, remaining: 0, foreign: 1 } }));
    site.wait(1);
    site.alarm('foreign-routes', 'ALARM');
    site.wait(2);
    expect(site.messages).toHaveLength(1);
  });
});

describe('the alarm traffic-lost', () => {
  it('is announced ten minutes after a failback, which cannot have caused it', () => {
    const site = new Notified();
    site.announce('Failover Completed', swap({ reason: 'failback', owner: 'tokyo-1', detector: 'operator' }));
    site.wait(10);
    site.alarm('traffic-lost', 'ALARM');
    expect(site.subjects.at(-1)).toMatch(/^DOWN tokyo: The traffic is lost/);
  });
});

describe('an alarm about something that happened', () => {
  it.each(['failover-refused', 'push-failed', 'swap-failed', 'lock-bypassed', 'failover-happened'] as const)(
    '%s sends no OK when its data end: whatever is wrong may still be',
    (name) => {
      const site = new Notified();
      site.alarm(name, 'ALARM');
      site.wait(2);
      expect(site.subjects).toEqual([expect.stringMatching(/^DEGRADED tokyo: /)]);
      site.wait(1);
      site.alarm(name, 'OK');
      expect(site.subjects).toHaveLength(1);
      expect(site.memory.conditions).toEqual({});
      // The next one is news again.
      site.wait(20);
      site.alarm(name, 'ALARM');
      site.wait(2);
      expect(site.subjects).toHaveLength(2);
    },
  );
});

describe('an alarm that a deployment has removed', () => {
  it('has no end, so that it is over with the next minute, and the digest does not name it', () => {
    const site = new Notified();
    site.alarm('push-failed', 'ALARM');
    const { conditions } = site.memory;
    const condition = conditions['alarm:push-failed'];
    if (condition === undefined) throw new Error('There is no condition.');
    site.memory = {
      ...site.memory,
      conditions: { ...conditions, 'alarm:contact-missing:tokyo-9': condition, 'alarm:probe-failed': condition },
    };
    site.wait(1);
    expect(Object.keys(site.memory.conditions)).toEqual(['alarm:push-failed']);
  });
});
