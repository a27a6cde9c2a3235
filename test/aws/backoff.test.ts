import { afterEach, expect, it, vi } from 'vitest';
import { backoffMs } from '#aws/backoff.ts';

afterEach(() => vi.restoreAllMocks());

it('the pause before a repetition doubles up to 20 s, and is a random part of that', () => {
  const random = vi.spyOn(Math, 'random');
  random.mockReturnValue(0.5);
  expect([0, 1, 2, 3].map(backoffMs)).toEqual([500, 1_000, 2_000, 4_000]);
  expect(backoffMs(9)).toBe(10_000);
  random.mockReturnValue(0.1);
  expect(backoffMs(0)).toBe(100);
});
