import { decodeJson, encodeJson, encodeJsonError, JsonParameters } from '#emulator/aws-json.ts';
import { AwsError, type Service } from '#emulator/service.ts';
import type { Alarms } from './alarms.ts';
import { getMetricData, listMetrics } from './metric-data.ts';
import type { Metrics } from './metrics.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const DEFAULT_RECORDS = 50;
const MOST_RECORDS = 100;

/** CloudWatch's API, as far as operators read the state of alarms and the values of metrics. */
export function createCloudWatchService(alarms: Pick<Alarms, 'list'>, metrics: Metrics): Service {
  const actions: Readonly<Record<string, (input: JsonParameters, region: string) => object>> = {
    DescribeAlarms: (input, region) => describe(input, region, alarms),
    GetMetricData: (input, region) => getMetricData(input, region, metrics),
    ListMetrics: (input, region) => listMetrics(input, region, metrics),
  };
  return {
    signingName: 'monitoring',
    deniedCode: 'AccessDenied',
    throttledCode: 'Throttling',
    parse(request) {
      const { action, input } = decodeJson(request, 'GraniteServiceVersion20100801');
      if (!Object.hasOwn(actions, action)) {
        const emulated = Object.keys(actions).join(', ');
        throw new AwsError('UnknownOperationException', `${action} is not emulated: ${emulated} are.`);
      }
      // DescribeAlarms has resources of the type alarm, and a list of unknown alarms needs all of them; the others have none.
      return { action: `cloudwatch:${action}`, resources: [{ arn: '*' }], input };
    },
    run: ({ action, input }, { region }) => {
      const answer = actions[action.slice('cloudwatch:'.length)]?.(new JsonParameters(input), region);
      return Promise.resolve(encodeJson(answer, '1.0'));
    },
    renderError: (error) => encodeJsonError(error, '1.0'),
  };
}

/** Alarms on metrics only, as CloudWatch returns them without `AlarmTypes`. */
function describe(input: JsonParameters, region: string, alarms: Pick<Alarms, 'list'>): object {
  const most = input.number('MaxRecords') ?? DEFAULT_RECORDS;
  if (most < 1 || most > MOST_RECORDS)
    throw new AwsError('ValidationError', `MaxRecords must be between 1 and ${MOST_RECORDS}.`);
  const [names, prefix, state] = [input.texts('AlarmNames'), input.text('AlarmNamePrefix'), input.text('StateValue')];
  const first = Number(input.text('NextToken') ?? 0);
  const found = alarms
    .list()
    .filter((alarm) => alarm.region === region && 'metric' in alarm.watches)
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .filter(({ name }) => prefix === undefined || name.startsWith(prefix))
    .filter((alarm) => state === undefined || alarm.state === state);
  const next = first + most;
  return {
    MetricAlarms: found.slice(first, next).map((alarm) => ({
      AlarmName: alarm.name,
      AlarmArn: alarm.arn,
      AlarmDescription: alarm.description,
      StateValue: alarm.state,
      StateReason: alarm.reason,
      StateUpdatedTimestamp: alarm.changedAt / 1000,
      ActionsEnabled: true,
    })),
    CompositeAlarms: [],
    ...(next < found.length && { NextToken: String(next) }),
  };
}
