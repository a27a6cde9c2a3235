/**
 * List prices in US dollars, without taxes, discounts and free tiers. What has a source is from the document named there; AWS's own
 * pages were not readable when the table was made. What has none is from memory and unverified: compare it with
 * https://calculator.aws before you decide by it.
 */
import type { Price, Priced, PriceSource, RegionPrices } from './price.ts';

/** When the table was made. */
export const PRICES_DATE = '2026-11-28';

const LAMBDA: PriceSource = { url: 'https://cloudchipr.com/blog/aws-lambda-pricing', date: '2024' };
const CLOUDWATCH: PriceSource = {
  url: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
  date: '2026-06-13',
};
const METRICS: PriceSource = { url: 'https://signoz.io/guides/cloudwatch-pricing', date: '2026-02-15' };
const DYNAMODB: PriceSource = {
  url: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
  date: '2025-07-21',
};
const VPC: PriceSource = {
  url: 'https://www.factualminds.com/blog/amazon-vpc-pricing-endpoints-peering-transit-gateway/',
  date: '2026-06-13',
};
const TRANSFER: PriceSource = {
  url: 'https://www.usage.ai/blogs/aws/networking-cost/data-transfer-costs/',
  date: '2026-06-02',
};

const ALARMS: PriceSource = { url: 'https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm', date: '2026' };
const API: PriceSource = {
  url: 'https://awsforengineers.com/blog/aws-api-gateway-pricing-explained',
  date: '2025-05-19',
};

const sourced = (usd: number, source: PriceSource): Price => ({ usd, source });
const remembered = (usd: number): Price => ({ usd, source: 'memory' });

/** Of us-east-1, to which the sources refer. */
const VIRGINIA: Readonly<Record<Priced, Price>> = {
  lambdaRequest: sourced(0.2e-6, LAMBDA),
  /** Graviton, on which the functions run. */
  lambdaGbSecond: sourced(0.0000133334, LAMBDA),
  alarmMetric: sourced(0.1, ALARMS),
  alarmMetricHighResolution: sourced(0.3, ALARMS),
  compositeAlarm: sourced(0.5, ALARMS),
  customMetric: sourced(0.3, METRICS),
  dashboard: sourced(3, CLOUDWATCH),
  logGb: sourced(0.5, CLOUDWATCH),
  tableWrite: sourced(0.625e-6, DYNAMODB),
  tableRead: sourced(0.125e-6, DYNAMODB),
  apiRequest: sourced(1e-6, API),
  eventBridgeEvent: remembered(1e-6),
  snsRequest: remembered(0.5e-6),
  sqsRequest: remembered(0.4e-6),
  storageGb: remembered(0.023),
  publicAddressHour: sourced(0.005, VPC),
  volumeGb: remembered(0.08),
  transferGb: remembered(0.02),
  /** In each direction. */
  zoneTransferGb: sourced(0.01, TRANSFER),
  internetGb: sourced(0.09, TRANSFER),
};

/** Prices that every Region has in common, and those of its own. */
function elsewhere(own: Partial<Record<Priced, number>>): Readonly<Record<Priced, Price>> {
  const common = Object.entries(VIRGINIA).map(([name, { usd }]) => [name, remembered(usd)]);
  const different = Object.entries(own).map(([name, usd]) => [name, remembered(usd)]);
  return Object.fromEntries([...common, ...different]) as Record<Priced, Price>;
}

function instances(prices: Readonly<Record<string, number>>): Readonly<Record<string, Price>> {
  return Object.fromEntries(Object.entries(prices).map(([type, usd]) => [type, remembered(usd)]));
}

const UNITED_STATES = instances({
  'c5n.large': 0.108,
  'c5n.xlarge': 0.216,
  'c6in.large': 0.1134,
  'c6g.medium': 0.034,
  't3.medium': 0.0416,
});

/** By Region. One that is missing has no price here, which is no price of zero. */
export const PRICES: Readonly<Record<string, RegionPrices>> = {
  'us-east-1': { of: VIRGINIA, instances: UNITED_STATES },
  'us-east-2': { of: elsewhere({}), instances: UNITED_STATES },
  'us-west-2': { of: elsewhere({}), instances: UNITED_STATES },
  'eu-west-1': {
    of: elsewhere({ logGb: 0.57, tableWrite: 0.70675e-6, tableRead: 0.1415e-6, apiRequest: 1.11e-6, volumeGb: 0.088 }),
    instances: instances({ 'c5n.large': 0.122, 'c5n.xlarge': 0.244, 'c6g.medium': 0.0365, 't3.medium': 0.0456 }),
  },
  'eu-central-1': {
    of: elsewhere({
      logGb: 0.63,
      tableWrite: 0.7625e-6,
      tableRead: 0.1525e-6,
      apiRequest: 1.2e-6,
      storageGb: 0.0245,
      volumeGb: 0.0952,
    }),
    instances: instances({ 'c5n.large': 0.123, 'c5n.xlarge': 0.246, 'c6g.medium': 0.0388, 't3.medium': 0.048 }),
  },
  'ap-northeast-1': {
    of: elsewhere({
      logGb: 0.76,
      tableWrite: 0.7134e-6,
      tableRead: 0.1427e-6,
      apiRequest: 1.29e-6,
      storageGb: 0.025,
      volumeGb: 0.096,
      transferGb: 0.09,
      internetGb: 0.114,
    }),
    instances: instances({ 'c5n.large': 0.136, 'c5n.xlarge': 0.272, 'c6g.medium': 0.0428, 't3.medium': 0.0544 }),
  },
};
