import { describe, expect, it } from 'vitest';
import { health, Notified } from './notified.ts';

const DOWN = health('BothUnfit', 'down', { owner: 'tokyo-1' });
const WELL = health('Healthy', undefined);

describe('the health of a site, delivered out of order or lost', () => {
  it('does not recover by an event that is older than the failure', () => {
    const site = new Notified();
    site.announce('Site Degraded', health('StandbyUnfit', 'degraded'));
    const recovered = site.event('vyos-failover', 'Site Recovered', WELL);
    site.wait(3);
    site.announce('Site Degraded', DOWN);
    site.deliver(recovered);
    expect(site.subjects.filter((subject) => subject.startsWith('OK'))).toEqual([]);
    expect(site.memory.conditions['site']).toMatchObject({ severity: 'down' });
  });

  it('recovers if the event about it was lost, and the next failure is announced', () => {
    const site = new Notified();
    site.announce('Site Degraded', DOWN);
    site.probe = { health: { state: 'well', since: site.now, problems: [] }, lastRoundAt: site.now + 6 * 60_000 };
    site.wait(6);
    expect(site.subjects.at(-1)).toBe('OK tokyo: traffic flows, can fail over again (down 5 min)');
    site.probe = { health: undefined, lastRoundAt: undefined };
    site.wait(10);
    site.announce('Site Degraded', DOWN);
    expect(site.subjects.at(-1)).toBe('DOWN tokyo: neither router has a path');
    expect(site.messages).toHaveLength(3);
  });

  it('is down if the event about that was lost, and sends nothing while the probe finds the same', () => {
    const site = new Notified();
    site.announce('Site Degraded', health('StandbyUnfit', 'degraded', { owner: 'tokyo-1' }));
    const stored = { state: 'degraded', since: site.now, problems: ['tokyo-2 is stopped'] } as const;
    site.probe = {
      health: { ...stored, diagnosis: 'OwnerDetoured', severity: 'degraded' },
      lastRoundAt: site.now + 60 * 60_000,
    };
    site.wait(30);
    expect(site.messages).toHaveLength(1);
    site.probe = { ...site.probe, health: { ...stored, diagnosis: 'BothUnfit', severity: 'down' } };
    site.wait(10);
    expect(site.subjects.slice(1)).toEqual(['DOWN tokyo: neither router has a path']);
  });
});
