import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSessions, countSessionsIn } from '#failover/bgp-summary.ts';
import { printed } from '../contract/bgp-summary.cases.ts';

const neighbors = { tunnels: ['169.254.10.2', 'fd00::2'], pair: ['169.254.254.99'] };
const tunnels = { configured: 2, established: 2, receiving: 1, unreadable: 0 };
const pair = { configured: 1, established: 0, receiving: 0, unreadable: 1 };

// What FRR prints is read in test/contract/bgp-summary.test.ts, by the functions and the routers alike.
describe('sessions that were counted on the router', () => {
  it('are read, and other keys ignored', () => {
    expect(countSessions({ tunnels: { ...tunnels, more: 1 }, pair, more: 2 }, neighbors)).toEqual({ tunnels, pair });
  });

  it('count neighbors that the router does not know yet as unknown', () => {
    const older = { configured: 1, established: 0, receiving: 0, unreadable: 0 };
    expect(countSessions({ tunnels: older, pair: { ...older, configured: 0 } }, neighbors)).toEqual({
      tunnels: { configured: 2, established: 0, receiving: 0, unreadable: 1 },
      pair: { configured: 1, established: 0, receiving: 0, unreadable: 1 },
    });
  });

  it.each([
    ['one half of them', { tunnels }],
    ['a list', { tunnels: [2, 2, 1, 0], pair }],
    ['null', { tunnels: null, pair }],
    ['a missing count', { tunnels: { configured: 2, established: 2, receiving: 1 }, pair }],
    ['a count in quotes', { tunnels: { ...tunnels, receiving: '1' }, pair }],
    ['half a session', { tunnels: { ...tunnels, receiving: 0.5 }, pair }],
    ['fewer than none', { tunnels: { ...tunnels, unreadable: -1 }, pair }],
    ['more established than configured', { tunnels: { ...tunnels, established: 3 }, pair }],
    ['more receiving than established', { tunnels: { ...tunnels, established: 0 }, pair }],
    ['more unreadable than configured', { tunnels, pair: { ...pair, unreadable: 2 } }],
  ])('are unknown with %s', (_, value) => {
    expect(countSessions(value, neighbors)).toBeUndefined();
  });
});

describe('output that was cut off', () => {
  const whole = printed('frr-8.4');
  const known = countSessionsIn(whole, neighbors);

  it('never shows fewer sessions than there are, wherever the cut is', () => {
    expect(known?.tunnels.receiving).toBe(2);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (end) => {
        expect([undefined, known]).toContainEqual(countSessionsIn(whole.slice(0, end), neighbors));
      }),
      { numRuns: 1_000 },
    );
  });
});

it('never throws', () => {
  const shape = fc.record(
    { ipv4Unicast: fc.jsonValue(), ipv6Unicast: fc.jsonValue(), default: fc.jsonValue(), tunnels: fc.jsonValue() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), shape), (value) => {
      expect(() => countSessions(value, neighbors)).not.toThrow();
    }),
  );
});
