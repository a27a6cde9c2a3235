import { z } from 'zod';

/** Metrics that a log line carries. */
interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly values: readonly number[];
  readonly dimensions: Readonly<Record<string, string>>;
}

const emfSchema = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/**
 * Reads a line in CloudWatch's embedded metric format; any other line has no metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsOf(line: string): EmbeddedMetric[] {
  if (!line.includes('"_aws"')) return [];
  const parsed = emfSchema.safeParse(parse(line));
  if (!parsed.success) return [];
  const root: Readonly<Record<string, unknown>> = parsed.data;
  return parsed.data._aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name: name }) => ({
        namespace,
        name,
        values: [root[name]].flat().filter((value): value is number => typeof value === 'number'),
        dimensions: Object.fromEntries(names.map((key) => [key, String(root[key])])),
      })),
    ),
  ).filter(({ values }) => values.length > 0);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return undefined;
  }
}
