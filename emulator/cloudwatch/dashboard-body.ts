import { z } from 'zod';

/**
 * What PutDashboard accepts:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html. Keys that the reference
 * does not list are refused: AWS ignores a misspelt one, and the widget does not show what was meant.
 */
const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'is not a Region');
/** "Any multiple of 60, with 60 as the minimum." */
const period = z.int().min(60).multipleOf(60);
const statistic = z.string().regex(/^(SampleCount|Average|Sum|Minimum|Maximum|p\d{1,2}(\.\d+)?)$/, 'is no statistic');
const color = z.string().regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, 'is no HTML color code');
const axis = z.strictObject({
  label: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  showUnits: z.boolean().optional(),
});
const side = z.enum(['left', 'right']);
const rendering = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z]\w*$/, 'must begin with a lowercase letter')
    .optional(),
  label: z.string().optional(),
  color: color.optional(),
  period: period.optional(),
  stat: statistic.optional(),
  visible: z.boolean().optional(),
  yAxis: side.optional(),
  region: region.optional(),
  accountId: z.string().optional(),
});
const expression = rendering.omit({ stat: true }).extend({ expression: z.string().min(1) });
/** `[Namespace, MetricName, (DimensionName, DimensionValue)…, {rendering}]`, or `[{expression}]`. */
const metric = z.union([
  z.tuple([expression]),
  z
    .array(z.union([z.string(), rendering]))
    .min(2)
    .refine(isMetric, 'is not [namespace, name, dimension, value, …, { rendering }]'),
]);
const horizontal = z.strictObject({
  value: z.number(),
  label: z.string().optional(),
  color: color.optional(),
  fill: z.enum(['above', 'below', 'none']).optional(),
  visible: z.boolean().optional(),
  yAxis: side.optional(),
});
const graph = z
  .strictObject({
    region,
    metrics: z.array(metric).max(500).optional(),
    annotations: z
      .strictObject({
        horizontal: z.array(horizontal).optional(),
        vertical: z.array(z.looseObject({ value: z.iso.datetime() })).optional(),
        alarms: z.array(z.string().startsWith('arn:')).max(1).optional(),
      })
      .optional(),
    view: z.enum(['timeSeries', 'singleValue', 'gauge', 'bar', 'pie', 'table']).optional(),
    title: z.string().optional(),
    stacked: z.boolean().optional(),
    stat: statistic.optional(),
    period: period.optional(),
    liveData: z.boolean().optional(),
    legend: z.strictObject({ position: z.enum(['right', 'bottom', 'hidden']) }).optional(),
    yAxis: z.strictObject({ left: axis.optional(), right: axis.optional() }).optional(),
    timezone: z
      .string()
      .regex(/^[+-]\d{4}$/)
      .optional(),
  })
  .refine(({ metrics, annotations }) => (metrics === undefined) !== (annotations?.alarms === undefined), {
    error: 'has either metrics or an alarm',
  });

const place = {
  x: z.int().min(0).max(23).optional(),
  y: z.int().min(0).optional(),
  width: z.int().min(1).max(24).default(6),
  height: z.int().min(1).max(1000).default(6),
};
const widget = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('metric'), ...place, properties: graph }),
  z.strictObject({
    type: z.literal('text'),
    ...place,
    properties: z.strictObject({ markdown: z.string(), background: z.enum(['solid', 'transparent']).optional() }),
  }),
  z.strictObject({
    type: z.literal('log'),
    ...place,
    properties: z.strictObject({
      region,
      // "The query string starts with the names of the log groups that are to be queried."
      query: z.string().regex(/^SOURCE '[^']+' \| /, "must begin with SOURCE 'log group' | "),
      title: z.string().optional(),
      view: z.enum(['table', 'timeSeries', 'bar', 'pie']).optional(),
      stacked: z.boolean().optional(),
    }),
  }),
  z.strictObject({
    type: z.literal('alarm'),
    ...place,
    properties: z.strictObject({
      alarms: z
        .array(z.string().regex(/^arn:[^:]+:cloudwatch:[^:]+:\d{12}:alarm:.+/, 'is no ARN of an alarm'))
        .min(1)
        .max(100),
      title: z.string().optional(),
      sortBy: z.enum(['default', 'stateUpdatedTimestamp', 'timestamp']).optional(),
      states: z.array(z.enum(['ALARM', 'INSUFFICIENT_DATA', 'OK'])).optional(),
    }),
  }),
]);

const body = z.strictObject({
  widgets: z
    .array(
      widget
        .refine(({ x, y }) => (x === undefined) === (y === undefined), 'has x and y, or neither')
        .refine(({ x = 0, width }) => x + width <= 24, 'is wider than the 24 columns of the grid'),
    )
    .max(500),
  start: z.string().optional(),
  end: z.string().optional(),
  periodOverride: z.enum(['auto', 'inherit']).optional(),
});

export type DashboardBody = z.infer<typeof body>;
export type Widget = DashboardBody['widgets'][number];

/** @throws Error that names each fault */
export function readDashboard(name: string, text: string): DashboardBody {
  if (!/^[\w-]{1,255}$/.test(name))
    throw new Error(`The dashboard name "${name}" has characters other than A-Z a-z 0-9 - _`);
  const found = body.safeParse(JSON.parse(text));
  if (!found.success) throw new Error(`The field DashboardBody is invalid: ${z.prettifyError(found.error)}`);
  return found.data;
}

function isMetric(parts: readonly unknown[]): boolean {
  const names = typeof parts.at(-1) === 'string' ? parts : parts.slice(0, -1);
  return names.length >= 2 && names.length % 2 === 0 && names.every((name) => typeof name === 'string');
}
