import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Measurement } from '#contracts/measurement.ts';
import * as z from '#contracts/validation.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'measure-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program in front of the system's. */
function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

const OPTIONS = { ping: '10.2.0.20', mtus: 'none', routes: 'none', seconds: '2', every: '100', 'most-lost': '99' };

function measure(options: Partial<typeof OPTIONS> = {}) {
  const words = Object.entries({ ...OPTIONS, ...options }).flatMap(([name, value]) => [`--${name}`, value]);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const { status, stdout, stderr } = spawnSync('router/measure', words, { encoding: 'utf8', env });
  return { status, stderr, read: () => z.parse(Measurement, JSON.parse(stdout)) };
}

/** iputils' output: every 100 ms a packet, with a round trip of 160 ms; `replies` arrive. */
function pings(sent: number, replies: readonly number[]): string {
  const at = (seq: number) => (1_700_000_000 + seq / 10 + 0.16).toFixed(6);
  const lines = replies.map((seq) => `[${at(seq)}] 64 bytes from 10.2.0.20: icmp_seq=${seq} ttl=61 time=160 ms`);
  return ['PING 10.2.0.20 (10.2.0.20) 56(84) bytes of data.', ...lines, '', `${sent} packets transmitted, x received`]
    .map((line) => `echo '${line}'`)
    .join('\n');
}

const upTo = (last: number, except: readonly number[] = []) =>
  Array.from({ length: last }, (_, index) => index + 1).filter((seq) => !except.includes(seq));

describe('router/measure', () => {
  test('finds the gaps of a series, when they began and when the next reply arrived', () => {
    program('ping', pings(30, upTo(28, [7, 8, 9, 15])));
    const series = measure().read().pings['10.2.0.20'];
    expect(series).toMatchObject({ sent: 28, received: 24, rttMs: 160, exceeded: false, error: null, mtu: null });
    expect(series?.gaps).toEqual([
      { from: 1_700_000_000_700, lost: 3, back: 1_700_000_001_160 },
      { from: 1_700_000_001_500, lost: 1, back: 1_700_000_001_760 },
    ]);
  });

  test('does not count the packets of the last second, whose replies may be on their way', () => {
    program('ping', pings(30, upTo(25)));
    expect(measure().read().pings['10.2.0.20']).toMatchObject({ sent: 25, received: 25, gaps: [] });
  });

  test('counts packets that are never answered, to the end', () => {
    program('ping', pings(50, upTo(20)));
    const series = measure().read().pings['10.2.0.20'];
    expect(series).toMatchObject({ sent: 40, received: 20 });
    expect(series?.gaps).toEqual([{ from: 1_700_000_002_100, lost: 20, back: null }]);
  });

  test('continues after an ICMP error, at which ping ends by itself if it has a deadline', () => {
    program('ping', `case "$*" in *" -w "*) ${pings(21, upTo(20))};; *) ${pings(50, upTo(20))};; esac`);
    expect(measure({ seconds: '5' }).read().pings['10.2.0.20']).toMatchObject({ sent: 40, received: 20 });
  });

  test('ends early when more is lost than permitted, although replies take longer than the interval', () => {
    const later = upTo(40).map((seq) => `echo "[${1_700_000_000 + seq / 10}] no answer yet for icmp_seq=${seq}"`);
    // Without its end by a signal this would take a minute.
    program(
      'ping',
      `trap 'echo "40 packets transmitted, 0 received"; exit' INT\n${later.join('\n')}\nfor i in $(seq 600); do sleep 0.1; done`,
    );
    expect(measure({ 'most-lost': '20' }).read().pings['10.2.0.20']).toMatchObject({
      sent: 30,
      received: 0,
      exceeded: true,
      rttMs: null,
    });
  });

  test('finds the largest packet that passes, exactly', () => {
    // Passes up to 1381 bytes with the headers.
    program(
      'ping',
      `case "$*" in *"-M do"*) for w; do [ "$p" = -s ] && s=$w; p=$w; done; [ $s -le 1353 ];; *) ${pings(20, upTo(19))};; esac`,
    );
    expect(measure({ mtus: '1414' }).read().pings['10.2.0.20']?.mtu).toBe(1381);
    expect(measure({ mtus: '1300' }).read().pings['10.2.0.20']?.mtu).toBe(1300);
  });

  test('says why no packet was sent, and shows the routes', () => {
    program('ping', "echo 'ping: connect: Network is unreachable'; exit 2");
    program(
      'ip',
      `[ "$4" = 10.9.0.1 ] && exit 2; echo '[{"dst":"10.2.0.1","gateway":"169.254.10.2","dev":"tun0","flags":[]}]'`,
    );
    expect(measure({ routes: '10.2.0.1 10.9.0.1' }).read()).toMatchObject({
      pings: { '10.2.0.20': { sent: 0, error: 'ping: connect: Network is unreachable' } },
      routes: { '10.2.0.1': { interface: 'tun0', via: '169.254.10.2' }, '10.9.0.1': { interface: null, via: null } },
    });
  });

  test.each([
    [{ ping: '10.2.0.20; id' }, 'not an address: 10.2.0.20;'],
    [{ mtus: '1414 1414' }, '--mtus has 2 values, --ping 1 addresses'],
    [{ seconds: '-1' }, 'not a number: -1'],
  ])('refuses %j', (options, says) => {
    program('ping', 'exit 1');
    expect(measure(options)).toMatchObject({ status: 2, stderr: expect.stringContaining(says) as string });
  });
});
