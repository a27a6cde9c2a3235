import { describe, expect, it } from 'vitest';
import { median, medianOfReached } from '#bench/statistics.ts';

describe('the median', () => {
  it('is the middle value in any order, or the mean of the two middle values', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 2, 1, 4])).toBe(3);
    expect(median([7])).toBe(7);
  });

  it('is no number of nothing', () => {
    expect(median([])).toBeNaN();
  });

  it('is not to be had where half of the runs never got there', () => {
    expect(medianOfReached([3, null, 1])).toBe(3);
    expect(medianOfReached([3, null, 1, null])).toBeNull();
    expect(medianOfReached([null, null])).toBeNull();
  });
});
