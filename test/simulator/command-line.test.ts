import { spawnSync } from 'node:child_process';
import { CommanderError } from 'commander';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readOptions } from '#simulator/options.ts';

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

test('a command line that it does not know ends with 2 and says how', () => {
  const { status, stderr } = simulate('--sedes', '3');
  expect(status).toBe(2);
  expect(stderr).toContain('Usage: npm run simulate');
});

test.each([
  ['many', 'a whole number from 1'],
  ['0', 'a whole number from 1'],
])('so does a number of seeds that is none: %s', (seeds, says) => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  expect(() => readOptions(['--seeds', seeds])).toThrow(CommanderError);
  expect(write.mock.calls.join('\n')).toMatch(new RegExp(`${says}[^]*Usage: npm run simulate`));
});
