import type { CostItem } from './cost-item.ts';
import type { Priced } from './price.ts';

/**
 * What an account gets each month without charge and without end.
 * https://aws.amazon.com/cloudwatch/pricing/ and https://cloudchipr.com/blog/aws-lambda-pricing (stored copies); SNS from memory.
 */
const FREE: Partial<Readonly<Record<Priced, number>>> = {
  lambdaRequest: 1_000_000,
  lambdaGbSecond: 400_000,
  alarmMetric: 10,
  customMetric: 10,
  dashboard: 3,
  logGb: 5,
  snsRequest: 1_000_000,
};

/** Dollars a month that the free tier takes off, where nothing else in the account uses it. Pure. */
export function freeOf(items: readonly CostItem[]): number {
  return Object.entries(FREE).reduce(
    (sum, [priced, amount]) =>
      sum +
      freeOfOne(
        items.filter((item) => item.priced === priced),
        amount,
      ),
    0,
  );
}

function freeOfOne(items: readonly CostItem[], amount: number): number {
  let left = amount;
  let usd = 0;
  for (const { quantity, price } of items) {
    const free = Math.min(left, quantity);
    left -= free;
    usd += free * (price?.usd ?? 0);
  }
  return usd;
}
