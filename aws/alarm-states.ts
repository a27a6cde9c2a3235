import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { BOUNDED_DESK } from './bounds.ts';

/** An alarm on a metric, as CloudWatch shows it. */
export interface AlarmState {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Why it has this state, in CloudWatch's words. */
  readonly reason: string;
  /** Since when it has this state, ms since the epoch; undefined: unknown. */
  readonly since: number | undefined;
}

/** All alarms on metrics whose names have a prefix. @throws the SDK's error */
export async function alarmStates(
  region: string,
  prefix: string,
  signal?: AbortSignal,
): Promise<readonly AlarmState[]> {
  const cloudWatch = new CloudWatchClient({ ...BOUNDED_DESK, region });
  const found: AlarmState[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, AlarmTypes: ['MetricAlarm'], MaxRecords: 100, NextToken }),
      signal && { abortSignal: signal },
    );
    for (const {
      AlarmName = '',
      StateValue = 'INSUFFICIENT_DATA',
      StateReason = '',
      ...alarm
    } of answer.MetricAlarms ?? [])
      found.push({
        name: AlarmName,
        state: StateValue,
        reason: StateReason,
        since: alarm.StateTransitionedTimestamp?.getTime() ?? alarm.StateUpdatedTimestamp?.getTime(),
      });
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return found;
}
