import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const library = new URL('../../router/lib/log.sh', import.meta.url).pathname;

/** The kernel's own time since boot and the clock, both in ms. */
interface Moment {
  readonly sinceBoot: number;
  readonly clock: number;
}

/** What the router's programs take for the time since boot, ms, at one moment after another. */
function readUptimes(moments: readonly Moment[]): number[] {
  const program = `
    . "$1"
    unset EPOCHREALTIME
    read() { seconds=$KERNEL; }
    while builtin read -r KERNEL EPOCHREALTIME; do uptime_ms; echo "$UPTIME"; done`;
  // The kernel writes hundredths of a second.
  const lines = moments.map(
    ({ sinceBoot, clock }) => `${(Math.floor(sinceBoot / 10) / 100).toFixed(2)} ${(clock / 1000).toFixed(6)}\n`,
  );
  const { stdout, stderr } = spawnSync('bash', ['-c', program, 'bash', library], {
    input: lines.join(''),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim().split('\n').map(Number);
}

const BOOTED = Date.UTC(2026, 10, 29);
/** 40 readings, 7.3 ms apart. */
const times = Array.from({ length: 40 }, (_, index) => 500_003.4 + 7.3 * index);
const clockOf = (sinceBoot: number) => BOOTED + sinceBoot;
/** Of each reading: how far it is behind, ms. */
const behind = (moments: readonly Moment[]) =>
  readUptimes(moments).map((uptime, index) => (moments[index]?.sinceBoot ?? 0) - uptime);

test('the time since boot is known to 2 ms, although the kernel counts it in steps of 10', () => {
  const late = behind(times.map((sinceBoot) => ({ sinceBoot, clock: clockOf(sinceBoot) })));
  expect(Math.min(...late)).toBeGreaterThan(-1);
  expect(Math.max(...late)).toBeLessThan(10);
  expect(Math.max(...late.slice(10))).toBeLessThan(2);
});

test.each([
  ['forward by an hour', 3_600_000],
  ['back by an hour', -3_600_000],
  ['forward by 4 ms', 4],
  ['back by 4 ms', -4],
])('a clock that is set %s does not count: the time is never ahead of the kernel’s next step', (_, jump) => {
  const late = behind(
    times.map((sinceBoot, index) => ({ sinceBoot, clock: clockOf(sinceBoot) + (index < 20 ? 0 : jump) })),
  );
  expect(Math.min(...late)).toBeGreaterThan(-10);
  expect(Math.max(...late)).toBeLessThan(10);
});
