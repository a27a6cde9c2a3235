import type { CostItem } from '../cost/cost-item.ts';
import type { SiteCost, TopologyCost } from '../cost/cost-of-topology.ts';
import { PRICES_DATE } from '../cost/prices.ts';
import { unitOf } from '../cost/units.ts';
import type { Share } from '../cost/usage.ts';
import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { renderTable } from '../output/table.ts';

/** Something that is paid for, as `cost --json` shows it. */
interface CostItemView {
  readonly what: string;
  /** `ours`: what vyos-failover adds. `routers`: what the pair costs. `traffic`: what the tunnels send without any user's traffic. */
  readonly share: Share;
  /** A month, in `unit`. */
  readonly quantity: number;
  readonly unit: string;
  /** Dollars for one `unit`; null: there is no price for it, and it is in no sum. */
  readonly price: number | null;
  /** Dollars a month; null: there is no price. */
  readonly usd: number | null;
  /** The document that states the price; null: it is from memory and unverified, or there is none. */
  readonly source: { readonly url: string; readonly date: string } | null;
  /** What the quantity assumes; null: it is counted in the stacks. */
  readonly assumes: string | null;
}

interface SiteCostView {
  readonly name: string;
  readonly region: string;
  readonly items: readonly CostItemView[];
  /** Dollars a month; null: not known, because an item has no price. */
  readonly sums: Readonly<Record<Share | 'total', number | null>>;
  /** Dollars a month of the items that have a price. */
  readonly atLeast: Readonly<Record<Share | 'total', number>>;
  /** Items without a price. */
  readonly withoutPrice: readonly string[];
}

export interface CostView {
  readonly topology: string;
  /** Day of the price table. */
  readonly prices: string;
  readonly sites: readonly SiteCostView[];
  /** Dollars a month of all sites; null: not known, because an item has no price. */
  readonly total: number | null;
  /** Dollars a month of all items that have a price. */
  readonly atLeast: number;
  /** Dollars a month that the free tier of one account takes off at most; in no other figure. */
  readonly freeTier: number;
}

export function costView(topology: string, { sites, free }: TopologyCost): CostView {
  const views = sites.map(siteView);
  const atLeast = cents(views.reduce((sum, site) => sum + site.atLeast.total, 0));
  const total = views.some(({ sums }) => sums.total === null) ? null : atLeast;
  return { topology, prices: PRICES_DATE, sites: views, total, atLeast, freeTier: cents(free) };
}

function siteView({ site: { name, region }, items, sums: { ours, routers, traffic } }: SiteCost): SiteCostView {
  const own = { ours: cents(ours), routers: cents(routers), traffic: cents(traffic) };
  const atLeast = { ...own, total: cents(own.ours + own.routers + own.traffic) };
  const missing = items.filter(({ usd }) => usd === undefined);
  const known = (share: Share) => (missing.some((item) => item.share === share) ? null : own[share]);
  return {
    name,
    region,
    items: items.map(itemView),
    sums: {
      ours: known('ours'),
      routers: known('routers'),
      traffic: known('traffic'),
      total: missing.length === 0 ? atLeast.total : null,
    },
    atLeast,
    withoutPrice: missing.map(({ what }) => what),
  };
}

function itemView(item: CostItem): CostItemView {
  const { what, share, quantity, price, usd, assumes = null } = item;
  const source = price === undefined || price.source === 'memory' ? null : price.source;
  const unit = unitOf(item);
  return {
    what,
    share,
    quantity: quantity / unit.size,
    unit: unit.name,
    price: price === undefined ? null : price.usd * unit.size,
    usd: usd ?? null,
    source,
    assumes,
  };
}

/** 3 if a price is missing: the sums are too low. */
export function costExitCode({ sites }: CostView): ExitCode {
  return sites.some(({ withoutPrice }) => withoutPrice.length > 0) ? exitCodes.attention : exitCodes.done;
}

export function showCost(view: CostView, colours: Colours): string {
  return [
    ...view.sites.flatMap((site) => [showSite(site, colours), '']),
    `All sites: ${dollars(view.total, view.atLeast)}. The free tier of an account takes off at most $${view.freeTier.toFixed(2)} of it.`,
    `List prices as of ${view.prices}, without taxes. Prices with * are from memory and unverified. ~: the quantity is assumed (--json has both).`,
    ...(costExitCode(view) === exitCodes.done
      ? []
      : ['Items without a price (?) are in no sum: add them from https://calculator.aws.']),
    '',
  ].join('\n');
}

const SHARES: Readonly<Record<Share, string>> = {
  ours: 'vyos-failover',
  routers: 'routers',
  traffic: 'traffic without users',
};

function showSite({ name, region, items, sums, atLeast }: SiteCostView, { bold, columns }: Colours): string {
  const rows = (Object.keys(SHARES) as Share[]).flatMap((share) => [
    ...items.filter((item) => item.share === share).map(row),
    [`= ${SHARES[share]}`, '', '', sums[share] === null ? least(atLeast[share]) : column(sums[share])],
  ]);
  return [
    `${bold(name)}  ${region}: ${dollars(sums.total, atLeast.total)}`,
    renderTable(['ITEM', 'QUANTITY', 'PRICE, $'.padStart(11), '$ A MONTH'], rows, columns),
  ].join('\n');
}

/** The plural of a unit that is one word: `dashboards`, and not `GB-s` or `M requests`. */
const ONE = /(?<=^[a-z]+)s$/;

function row({ what, quantity, unit, price, usd, source, assumes }: CostItemView): string[] {
  const each = price === null ? '?' : `${amount(price)}${source === null ? '*' : ' '}`;
  const number = `${assumes === null ? '' : '~'}${amount(quantity)}`;
  return [
    `  ${what}`,
    `${number.padStart(8)} ${quantity === 1 ? unit.replace(ONE, '') : unit}`,
    each.padStart(11),
    usd === null ? '?'.padStart(9) : column(usd),
  ];
}

/** Three significant digits; no exponent. */
function amount(value: number): string {
  return value >= 1_000
    ? Math.round(value).toLocaleString('en-US')
    : new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 }).format(value);
}

function column(usd: number): string {
  return usd.toFixed(2).padStart(9);
}

/** A sum in which a price is missing. */
function least(usd: number): string {
  return (usd === 0 ? '?' : `≥ ${usd.toFixed(2)}`).padStart(9);
}

function dollars(sum: number | null, atLeast: number): string {
  if (sum !== null) return `$${sum.toFixed(2)} a month`;
  return atLeast === 0 ? 'no price is known' : `at least $${atLeast.toFixed(2)} a month`;
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
