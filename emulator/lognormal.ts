/**
 * A time drawn from the lognormal distribution.
 *
 * @param median in any unit, which is also the result's
 * @param sigma standard deviation of the logarithm: at 0.5, one draw in a hundred is three times the median
 * @param random [0, 1)
 */
export function lognormal(median: number, sigma: number, random: () => number): number {
  return median * Math.exp(sigma * normal(random));
}

/** Standard normal, by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
