import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const simulate = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['simulator/main.ts', ...args], { encoding: 'utf8' });

test('many seeds, as one JSON object', () => {
  const { status, stdout } = simulate('--seeds', '20', '--from', '200', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 'vyos-failover.simulation/1', from: 200, schedules: 20 });
});

test('one seed, with its schedule and what happened', () => {
  const { status, stdout } = simulate('--seed', '0');
  expect(status).toBe(0);
  expect(stdout).toContain('-- {');
  expect(stdout).toContain('every invariant held');
});

test('help is what was asked for: on stdout, and 0', () => {
  const { status, stdout, stderr } = simulate('--help');
  expect([status, stdout, stderr]).toEqual([0, expect.stringContaining('Usage: npm run simulate'), '']);
});

test.each([
  ['--seeds', 'many'],
  ['--sedes', '3'],
])('a command line that it does not know ends with 2 and says how: %s %s', (...args) => {
  const { status, stderr } = simulate(...args);
  expect(status).toBe(2);
  expect(stderr).toContain('Usage: npm run simulate');
});
