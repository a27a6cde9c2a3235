import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import { REPORT, situation } from '../situation.ts';
import { routers } from './like.ts';

describe('a report about a peer that never answered since its reporter was installed', () => {
  const trigger = { ...REPORT, neverAnswered: true } as const;

  it('is refused, with closed ports as the likely cause', () => {
    const decision = decide(situation({ trigger }));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'peer-never-answered' });
    expect(decision.says).toContain('tokyo-1 has never answered tokyo-2 since it was installed');
    expect(decision.says).toContain('closed ports');
  });

  it('does not apply to a certain failure', () => {
    const decision = decide(situation({ trigger, routers: routers({ instance: 'stopped' }) }));
    expect(decision).toMatchObject({ kind: 'swap', reason: 'owner-not-running' });
  });

  it('moves routes if the peer has answered before', () => {
    expect(decide(situation({ trigger: REPORT })).kind).toBe('swap');
  });
});
