/** The middle value; of an even number of values, the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[half - 1] ?? Number.NaN;
  // Two infinities: their mean is not NaN.
  return lower === upper ? upper : (lower + upper) / 2;
}

/** The median where some runs never got there (null). Null if that is so for half of them or more. */
export function medianOfReached(values: readonly (number | null)[]): number | null {
  const middle = median(values.map((value) => value ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(middle) ? middle : null;
}

/** Rounds for JSON: no insignificant digits. */
export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
