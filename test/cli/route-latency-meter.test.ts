import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { NO_READINGS, withConsole } from '#cli/route-latency/readings.ts';

/** Runs a piece of Python against the measuring host's program, and returns what it printed. */
function python(text: string): string {
  const program = `import json, sys\nsys.path.insert(0, 'cli/route-latency')\nimport meter\n${text}`;
  return execFileSync('/usr/bin/python3', ['-B', '-c', program], {
    encoding: 'utf8',
    env: { ...process.env, CONSOLE: '-' },
  });
}

it('judges by the sending of the packets, and the lines of the program are what the command reads', () => {
  // Packets every 10 ms from the call on: old, old, none, new, old, new, new. The data plane has switched with the sixth.
  const printed = python(`
sent = [100 + number / 100 for number in range(7)]
first, switched, lost = meter.judge(sent, bytes([1, 1, 0, 2, 1, 2, 2]), 100, 2)
meter.write('ready receivers=2')
meter.write('flip n=1 ' + meter.line_of([1796119200.25, 41.26, first, switched, lost]))
meter.write('flip n=2 ' + meter.line_of([1796119203.0, 39.0, None, None, None]))
meter.write('failed n=3 why=' + meter.reason(meter.Refused('RequestLimitExceeded')))
meter.write('failed n=4 why=' + meter.reason(TimeoutError('timed out')))
meter.write('end flips=4')
meter.write('flip n=5 ' + meter.line_of([1796119204.0, 1.0, *meter.judge(sent, bytes([1] * 7), 100, 2)]))
`);
  expect(withConsole(NO_READINGS, printed)).toEqual({
    receivers: 2,
    flips: [
      { n: 1, at: '2026-12-01T10:00:00.250Z', apiMs: 41.3, firstMs: 30, switchedMs: 50, delayMs: 8.7, lost: 1 },
      { n: 2, at: '2026-12-01T10:00:03.000Z', apiMs: 39, firstMs: null, switchedMs: null, delayMs: null, lost: null },
      { n: 5, at: '2026-12-01T10:00:04.000Z', apiMs: 1, firstMs: null, switchedMs: null, delayMs: null, lost: 0 },
    ],
    failed: [
      { n: 3, why: 'RequestLimitExceeded' },
      { n: 4, why: 'timed-out' },
    ],
    hasEnded: true,
  });
});

it('counts only its own packets: IPv4, UDP, with its mark, whatever the options of the header', () => {
  const printed = python(`
def packet(payload, protocol=17, options=0):
    return bytes([0x45 + options] + [0] * 8 + [protocol] + [0] * 10) + bytes(4 * options + 8) + payload
own = meter.DATAGRAM.pack(meter.MARK, 7)
print(json.dumps([meter.numbered(each) for each in (
    packet(own), packet(own, options=2), packet(own, protocol=6), packet(own[:-1]), packet(b'x' * 16), b'', b'x' * 19)]))
`);
  expect(JSON.parse(printed)).toEqual([7, 7, null, null, null, null, null]);
});
