import { DETAILED_METRICS, VOLUME_GB } from '#cli/cost/assumptions.ts';
import type { Priced } from '#cli/cost/price.ts';
import { PRICES } from '#cli/cost/prices.ts';
import { HOURS } from '#cli/cost/usage.ts';
import type { Topology } from '#topology/topology.ts';
import { MEASURING_HOST_TYPE } from '../hosts/host-template.ts';

/** Something that costs money while the run lasts. */
export interface PriceItem {
  readonly what: string;
  /** Dollars an hour; undefined: no price is known here. */
  readonly perHour: number | undefined;
}

export interface Price {
  readonly items: readonly PriceItem[];
  /** Dollars an hour of all items whose price is known. */
  readonly perHour: number;
  /** The same for `RUN_HOURS`. */
  readonly perRun: number;
}

/** How long a run takes, roughly: an estimate, not measured on AWS. */
const RUN_HOURS = 2;

/** GB of a measuring host's volume. */
const HOST_VOLUME_GB = 8;
/** docs/cost.md */
const SITE_A_MONTH = 5;

/** What a run of a topology costs, without traffic and the software price of a Marketplace image. Pure. */
export function priceOf(topology: Topology): Price {
  const routers = topology.sites.flatMap(({ region, routers: { active, standby } }) =>
    [active, standby].flatMap(({ creation }) => (creation === undefined ? [] : [{ region, ...creation }])),
  );
  const items = [
    ...instances(
      'router',
      routers.map(({ region, instanceType }) => [region, instanceType]),
    ),
    ...instances(
      'measuring host',
      topology.sites.map(({ region }) => [region, MEASURING_HOST_TYPE]),
    ),
    { what: `${routers.length} public IPv4 addresses`, perHour: anHour(routers, 'publicAddressHour', 1) },
    {
      what: `${routers.length + topology.sites.length} encrypted volumes`,
      perHour: sumOf([
        anHour(routers, 'volumeGb', VOLUME_GB / HOURS),
        anHour(topology.sites, 'volumeGb', HOST_VOLUME_GB / HOURS),
      ]),
    },
    { what: 'detailed monitoring of the routers', perHour: anHour(routers, 'customMetric', DETAILED_METRICS / HOURS) },
    { what: 'functions, alarms, tables', perHour: (topology.sites.length * SITE_A_MONTH) / HOURS },
  ];
  const perHour = items.reduce((sum, item) => sum + (item.perHour ?? 0), 0);
  return { items, perHour, perRun: perHour * RUN_HOURS };
}

/** Undefined: a Region has no price. */
function anHour(some: readonly { readonly region: string }[], priced: Priced, quantity: number): number | undefined {
  return sumOf(
    some.map(({ region }) => {
      const price = PRICES[region]?.of[priced];
      return price && price.usd * quantity;
    }),
  );
}

function sumOf(prices: readonly (number | undefined)[]): number | undefined {
  return prices.reduce<number | undefined>(
    (sum, price) => (sum === undefined || price === undefined ? undefined : sum + price),
    0,
  );
}

function instances(what: string, all: readonly (readonly [string, string])[]): PriceItem[] {
  const kinds = Map.groupBy(all, ([region, type]) => `${type} in ${region}`);
  return [...kinds].map(([kind, same]) => {
    const [[region, type] = ['', '']] = same;
    const one = PRICES[region]?.instances[type]?.usd;
    return { what: `${same.length} × ${what} ${kind}`, perHour: one === undefined ? undefined : one * same.length };
  });
}

/** As lines for the operator. */
export function showPrice({ items, perHour, perRun }: Price): string {
  const dollars = (amount: number, digits: number) => `$${amount.toFixed(digits)}`;
  return [
    ...items.map(
      ({ what, perHour: price }) => `  ${what}: ${price === undefined ? 'price not known' : dollars(price, 4)}`,
    ),
    `About ${dollars(perHour, 2)} an hour, ${dollars(perRun, 2)} for a run of ${RUN_HOURS} hours, computed from list prices and not verified.`,
    'Not included: the software price of the VyOS image (its page in AWS Marketplace shows it), and traffic between Regions (cents).',
  ].join('\n');
}
