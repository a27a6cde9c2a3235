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
export const RUN_HOURS = 2;

const HOURS_A_MONTH = 730;

/** On demand, Linux, dollars an hour: list prices from memory, neither looked up nor compared with a bill. */
const INSTANCE_PRICES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'us-east-1': { 'c5n.large': 0.108, 'c6g.medium': 0.034 },
  'us-east-2': { 'c5n.large': 0.108, 'c6g.medium': 0.034 },
  'us-west-2': { 'c5n.large': 0.108, 'c6g.medium': 0.034 },
  'eu-west-1': { 'c5n.large': 0.122, 'c6g.medium': 0.0365 },
  'eu-central-1': { 'c5n.large': 0.123, 'c6g.medium': 0.0388 },
  'ap-northeast-1': { 'c5n.large': 0.136, 'c6g.medium': 0.0428 },
};

/** Public IPv4 address, in use or not. */
const ADDRESS_PER_HOUR = 0.005;
/** gp3, 10 GB for each router (assumed) and 8 GB for each host, at the higher of the two Regions' prices. */
const GB_MONTH = 0.096;
/** Seven metrics of detailed monitoring. */
const MONITORING_PER_HOUR = 2.1 / HOURS_A_MONTH;
/** docs/cost.md */
const SITE_PER_HOUR = 5 / HOURS_A_MONTH;

/** What a run of a topology costs, without traffic and the software price of a Marketplace image. Pure. */
export function priceOf(topology: Topology): Price {
  const routers = topology.sites.flatMap(({ region, routers: { active, standby } }) =>
    [active, standby].flatMap(({ creation }) => (creation === undefined ? [] : [{ region, ...creation }])),
  );
  const volumes = (routers.length * 10 + topology.sites.length * 8) * (GB_MONTH / HOURS_A_MONTH);
  const items = [
    ...instances(
      'router',
      routers.map(({ region, instanceType }) => [region, instanceType]),
    ),
    ...instances(
      'measuring host',
      topology.sites.map(({ region }) => [region, MEASURING_HOST_TYPE]),
    ),
    { what: `${routers.length} public IPv4 addresses`, perHour: routers.length * ADDRESS_PER_HOUR },
    { what: `${routers.length + topology.sites.length} encrypted volumes`, perHour: volumes },
    { what: 'detailed monitoring of the routers', perHour: routers.length * MONITORING_PER_HOUR },
    { what: 'functions, alarms, tables', perHour: topology.sites.length * SITE_PER_HOUR },
  ];
  const perHour = items.reduce((sum, item) => sum + (item.perHour ?? 0), 0);
  return { items, perHour, perRun: perHour * RUN_HOURS };
}

function instances(what: string, all: readonly (readonly [string, string])[]): PriceItem[] {
  const kinds = Map.groupBy(all, ([region, type]) => `${type} in ${region}`);
  return [...kinds].map(([kind, same]) => {
    const [[region, type] = ['', '']] = same;
    const one = INSTANCE_PRICES[region]?.[type];
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
