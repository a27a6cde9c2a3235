import { describe, expect, it } from 'vitest';
import { health, MINUTE, Notified, swap } from './notified.ts';

const REFUSED = swap({
  outcome: 'refused',
  reason: 'both-unfit',
  owner: 'tokyo-1',
  moved: [],
  counts: { moved: 0, remaining: 0, foreign: 0 },
  says: 'EC2 reports that tokyo-1 is stopped, but tokyo-2 is not proven fit: nothing is known of its eBGP sessions. Routes stay.',
});

describe('one outcome is one message', () => {
  it('of a failover: its event, its alarm, the lost redundancy and its alarm; its end is another', () => {
    const site = new Notified();
    site.announce('Failover Completed', swap());
    site.now += MINUTE;
    site.alarm('failover-happened', 'ALARM');
    site.wait(2);
    site.announce('Site Degraded', health('StandbyUnfit', 'degraded'));
    site.alarm('not-ready', 'ALARM');
    site.alarm('failover-happened', 'OK');
    expect(site.subjects).toEqual(['DEGRADED tokyo: tokyo-2 took over from tokyo-1']);
    site.wait(11);
    site.announce('Site Recovered', health('Healthy', undefined));
    site.alarm('not-ready', 'OK');
    expect(site.subjects.slice(1)).toEqual(['OK tokyo: can fail over again (degraded 14 min)']);
    expect(site.memory.conditions).toEqual({});
  });

  it('however often and in which order EventBridge delivers it', () => {
    const site = new Notified();
    const event = site.event('vyos-failover', 'Failover Completed', swap());
    site.deliver(event);
    site.deliver(event);
    site.announce('Failover Completed', swap());
    expect(site.messages).toHaveLength(1);
    const late = new Notified();
    const first = late.event('vyos-failover', 'Failover Completed', swap());
    late.now += 2 * MINUTE;
    late.alarm('failover-happened', 'ALARM');
    late.wait(2);
    late.deliver(first);
    expect(late.subjects).toEqual(['DEGRADED tokyo: The routes moved to the other router']);
  });

  it('with who and why if the event arrives within a minute of its alarm', () => {
    const site = new Notified();
    site.alarm('failover-happened', 'ALARM');
    site.announce('Failover Completed', swap());
    site.wait(3);
    site.alarm('failover-happened', 'OK');
    expect(site.subjects).toEqual(['DEGRADED tokyo: tokyo-2 took over from tokyo-1']);
  });

  it('if only the alarm arrives, it is the message, and its end another', () => {
    const site = new Notified();
    site.alarm('probe-missing', 'ALARM');
    site.alarm('probe-missing', 'INSUFFICIENT_DATA');
    site.wait(12);
    site.alarm('probe-missing', 'OK');
    expect(site.subjects).toEqual([
      'DEGRADED tokyo: health-probe has not finished a round for three minutes',
      'OK tokyo: probe-missing is over (12 min)',
    ]);
  });

  it('of an alarm for office hours is none', () => {
    const site = new Notified();
    site.alarm('report-rejected', 'ALARM');
    site.alarm('report-rejected', 'OK');
    expect(site.messages).toEqual([]);
  });
});

describe('lost traffic', () => {
  it('is DOWN once, and its end is told, first without redundancy and then with it', () => {
    const site = new Notified();
    site.announce('Failover Refused', REFUSED);
    site.announce('Failover Refused', { ...REFUSED, id: 'another report' });
    site.wait(3);
    site.announce('Site Degraded', health('OwnerNotRunning', 'down', { owner: 'tokyo-1' }));
    site.alarm('failover-refused', 'ALARM');
    site.alarm('not-ready', 'ALARM');
    site.wait(3);
    site.announce('Site Degraded', health('StandbyUnfit', 'degraded', { owner: 'tokyo-1' }));
    site.wait(10);
    site.announce('Site Recovered', health('Healthy', undefined));
    expect(site.subjects).toEqual([
      'DOWN tokyo: no router can take the routes',
      'DEGRADED tokyo: no longer down, but standby tokyo-2 is not fit',
      'OK tokyo: can fail over again (degraded 16 min)',
    ]);
  });

  it('that ends before the probe confirms it ends with what the probe has stored', () => {
    const site = new Notified();
    site.announce('Failover Refused', REFUSED);
    site.probe = { health: undefined, lastRoundAt: site.now + 4.5 * MINUTE };
    site.wait(4);
    expect(site.messages).toHaveLength(1);
    site.wait(1);
    expect(site.subjects.slice(1)).toEqual(['OK tokyo: traffic flows, can fail over again (down 5 min)']);
  });

  it('does not end while the probe does not run', () => {
    const site = new Notified();
    site.announce('Failover Refused', REFUSED);
    site.probe = { health: undefined, lastRoundAt: site.now };
    site.wait(60);
    expect(site.messages).toHaveLength(1);
  });

  it('is DOWN although the site is degraded already', () => {
    const site = new Notified();
    site.announce('Site Degraded', health('StandbyUnfit', 'degraded', { owner: 'tokyo-1' }));
    site.announce('Site Degraded', health('OwnerWithoutPath', 'down', { owner: 'tokyo-1' }));
    expect(site.subjects).toEqual([
      'DEGRADED tokyo: standby tokyo-2 is not fit',
      'DOWN tokyo: owner tokyo-1 has no path',
    ]);
  });

  it('that a failover ends is named in its message', () => {
    const site = new Notified();
    site.announce('Failover Refused', REFUSED);
    site.wait(6);
    site.announce('Failover Completed', swap());
    expect(site.subjects.at(-1)).toBe('DEGRADED tokyo: tokyo-2 took over from tokyo-1');
    expect(site.texts.at(-1)).toContain('for 6 min, since 2026-11-23 03:00:00Z');
    expect(site.messages.at(-1)?.isUrgent).toBe(true);
  });

  it.each([
    ['hold-down', 'DOWN tokyo: owner failed again, hold-down keeps the routes'],
    ['second-witness-missing', 'DOWN tokyo: owner reported failed, not confirmed'],
    ['target-unfit', 'DEGRADED tokyo: failover refused, the other router is not fit'],
    ['peer-never-answered', 'DEGRADED tokyo: the routers do not reach each other'],
    ['owner-healthy', undefined],
    ['lease-held', undefined],
  ])('is what a refusal means, by its rule: %s', (reason, subject) => {
    const site = new Notified();
    site.announce('Failover Refused', { ...REFUSED, reason });
    site.alarm('failover-refused', 'ALARM');
    expect(site.subjects).toEqual(subject === undefined ? [] : [subject]);
  });

  it('is not what an operator reads at the terminal', () => {
    const site = new Notified();
    site.announce('Failover Refused', { ...REFUSED, detector: 'operator' });
    expect(site.messages).toEqual([]);
  });

  it('is what a pause during a failure means, with the command that overrides it', () => {
    const site = new Notified();
    const says =
      'EC2 reports that tokyo-1 is stopped; the routes would move to tokyo-2, but ann paused this site until 04:00 (x). Routes stay.';
    site.announce('Failover Noted', { ...REFUSED, outcome: 'noted', reason: 'owner-not-running', says });
    expect(site.subjects).toEqual(['DOWN tokyo: tokyo-1 failed, and routes are not moved']);
    expect(site.texts[0]).toContain('$ vyos-failover switchover tokyo --to tokyo-2 --reason TEXT --override paused');
  });

  it('of some routes is DOWN, unless an operator moves them from a router that works', () => {
    const left = {
      counts: { moved: 1, remaining: 1, foreign: 0 },
      remaining: [{ table: 'rtb-1', destination: '10.2.0.0/20', why: 'x' }],
    };
    const unplanned = new Notified();
    unplanned.announce('Failover Partial', swap({ outcome: 'partial', ...left }));
    const planned = new Notified();
    planned.announce('Failover Partial', swap({ outcome: 'partial', reason: 'switchover', ...left }));
    expect([...unplanned.subjects, ...planned.subjects]).toEqual([
      'DOWN tokyo: 1 route has not moved',
      'DEGRADED tokyo: 1 route has not moved',
    ]);
  });
});

describe('what an operator does', () => {
  const byAnn = {
    reason: 'switchover',
    detector: 'operator',
    says: 'ann@desk asks for a switchover to tokyo-2 (kernel); tokyo-2 was fit and took the routes.',
  };

  it('is INFO', () => {
    const site = new Notified();
    site.announce('Failover Completed', swap(byAnn));
    site.alarm('failover-happened', 'ALARM');
    site.announce(
      'Failover Completed',
      swap({
        ...byAnn,
        reason: 'finish-swap',
        epoch: 8,
        says: 'swap 7 to tokyo-2 (switchover) is not recorded as finished; …',
      }),
    );
    expect(site.subjects).toEqual([
      'INFO tokyo: switchover to tokyo-2 is done',
      'INFO tokyo: the swap to tokyo-2 is finished',
    ]);
    expect(site.memory.conditions).toEqual({});
  });

  it('ends that traffic is lost, and the probe says what is left', () => {
    const site = new Notified();
    site.announce('Failover Refused', REFUSED);
    site.wait(4);
    site.announce('Failover Completed', swap(byAnn));
    expect(site.texts.at(-1)).toContain('Down:  for 4 min');
    site.announce('Site Degraded', health('StandbyUnfit', 'degraded'));
    expect(site.messages).toHaveLength(2);
  });
});
