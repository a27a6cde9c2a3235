import type { Priced } from './price.ts';

/** `ours`: what vyos-failover adds. `routers`: what the pair itself costs. `traffic`: what the tunnels send without any user. */
export type Share = 'ours' | 'routers' | 'traffic';

/** What a site uses in a month. */
export interface Usage {
  readonly what: string;
  readonly share: Share;
  /** Of `priced`, a month. */
  readonly quantity: number;
  readonly priced: Priced | { readonly instanceType: string };
  /** An assumption that the quantity rests on; undefined: it is counted in the stacks. */
  readonly assumes?: string;
}

export const HOURS = 730;
export const MINUTES = HOURS * 60;
export const SECONDS = MINUTES * 60;

/** Sums of zero cost nothing and are not shown. */
export function used(usage: readonly Usage[]): Usage[] {
  return usage.filter(({ quantity }) => quantity > 0);
}
