import { describe, expect, test } from 'vitest';
import { pingAnswered } from '#lab/live/host-pings.ts';
import { tunnelStates } from '#lab/live/tunnel-states.ts';

describe('a line of ping', () => {
  test.each([
    ['[1764382033.626101] 64 bytes from 10.2.0.10: icmp_seq=7 ttl=61 time=0.312 ms', true],
    ['[1764382033.676220] no answer yet for icmp_seq=8', false],
    ['[1764382033.676220] From 10.1.0.1 icmp_seq=9 Destination Net Unreachable', false],
    ['PING 10.2.0.10 (10.2.0.10) from 10.1.0.10 : 56(84) bytes of data.', undefined],
    ['', undefined],
  ])('%j: answered %s', (line, answered) => {
    expect(pingAnswered(line)).toBe(answered);
  });
});

describe('a tunnel of the lab', () => {
  const tunnel = { between: ['tokyo-1', 'virginia-1'], network: '169.254.10.0/30', psk: '' } as const;
  const session = (address: string, state: string | undefined) => [{ address, description: '', state }];
  const stateOf = (one: string | undefined, other: string | undefined) =>
    tunnelStates(
      { tunnels: [tunnel] },
      new Map([
        ['tokyo-1', [...session('10.255.1.2', 'Established'), ...session('169.254.10.2', one)]],
        ['virginia-1', session('169.254.10.1', other)],
      ]),
    )[0]?.state;

  test.each([
    ['up', 'Established', 'Established'],
    ['up', 'Established', undefined],
    ['down', 'Established', 'Active'],
    ['down', undefined, 'Connect'],
    ['unknown', undefined, undefined],
  ])('is %s where its ends are %s and %s', (state, one, other) => {
    expect(stateOf(one, other)).toBe(state);
  });
});
