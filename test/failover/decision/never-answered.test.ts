import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import { REPORT, situation } from '../situation.ts';
import { routers } from './like.ts';

describe('a report about a peer that never answered since its reporter was installed', () => {
  const trigger = { ...REPORT, neverAnswered: true } as const;

  it('is no suspicion but a sign of closed ports, and says so', () => {
    const decision = decide(situation({ trigger }));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'peer-never-answered' });
    expect(decision.says).toContain('tokyo-1 has never answered tokyo-2 since it was installed');
    expect(decision.says).toContain('closed ports');
  });

  it('does not stand against what EC2 itself says', () => {
    const decision = decide(situation({ trigger, routers: routers({ instance: 'stopped' }) }));
    expect(decision).toMatchObject({ kind: 'swap', reason: 'owner-not-running' });
  });

  it('moves routes once it has answered and died: then it is a report like any other', () => {
    expect(decide(situation({ trigger: REPORT })).kind).toBe('swap');
  });
});
