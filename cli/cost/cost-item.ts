import type { Price } from './price.ts';
import type { Usage } from './usage.ts';

/** Something that is paid for. */
export interface CostItem extends Usage {
  /** Undefined: there is no price for it here. */
  readonly price: Price | undefined;
  /** Dollars a month; undefined: there is no price. */
  readonly usd: number | undefined;
}
