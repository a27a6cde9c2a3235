import { beforeEach, describe, expect, it } from 'vitest';
import { asNumberProblem } from '#functions/config-push/plan/as-number.ts';
import { FILE, PAIR, PushedPair } from './pushed-pair.ts';

const OTHER_AS = FILE.replace('asn: 65001', 'asn: 65011');

describe('another AS number for a site whose pair has a session', () => {
  let pair: PushedPair;
  beforeEach(() => {
    pair = new PushedPair();
  });

  it('is refused by the plan already, with the reason: the push would be undone', async () => {
    const { refusal } = await pair.plan(OTHER_AS);
    expect(refusal).toMatchObject({ reason: 'as-number' });
    expect(refusal?.says).toMatch(/has the AS number 65001, and the topology says 65011: .* change it by hand/);
  });

  it('and pushed all the same changes nothing', async () => {
    expect(await pair.push({ topology: OTHER_AS })).toMatchObject({ outcome: 'refused', reason: 'as-number' });
    expect([...pair.standby.acts, ...pair.active.acts]).toEqual([]);
  });
});

describe('an AS number', () => {
  const session = { established: true, prefixes: 1, messages: 1, holdS: 9 };
  const problem = (now: string, next: string, up = true) =>
    asNumberProblem('tokyo-1', {
      running: [now],
      desired: [next],
      baseline: { [PAIR]: { ...session, established: up } },
      pair: [PAIR],
      leftAlone: [],
    })?.reason;

  it.each([
    ['is read as VyOS 1.4 writes it', "set protocols bgp system-as '65001'", "set protocols bgp system-as '65011'"],
    [
      'is read as VyOS 1.3 writes it',
      'set protocols bgp 65001 timers holdtime 9',
      'set protocols bgp 65011 timers holdtime 9',
    ],
  ])('%s', (_, now, next) => {
    expect([problem(now, next), problem(now, now)]).toEqual(['as-number', undefined]);
  });

  it('of a router whose pair has no session may change: a new network can come up', () => {
    expect(problem('set protocols bgp system-as 65001', 'set protocols bgp system-as 65011', false)).toBeUndefined();
  });
});
