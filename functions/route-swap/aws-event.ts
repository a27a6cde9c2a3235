import { TriggerId } from '#contracts/route-swap-requests.ts';
import * as z from '#contracts/validation.ts';
import type { Notice, ScheduledEvent } from '#failover/scheduled-event.ts';
import type { InstanceTrigger } from '#failover/trigger.ts';

const Ec2StateChange = z.object({
  source: z.literal('aws.ec2'),
  id: TriggerId,
  time: z.optional(z.iso.datetime()),
  detail: z.object({ 'instance-id': z.string(), state: z.string() }),
});

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
const SpotWarning = z.object({
  source: z.literal('aws.ec2'),
  'detail-type': z.literal('EC2 Spot Instance Interruption Warning'),
  id: TriggerId,
  time: z.iso.datetime(),
  detail: z.object({ 'instance-id': z.string(), 'instance-action': z.string() }),
});

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html */
const Rebalance = z.object({
  source: z.literal('aws.ec2'),
  'detail-type': z.literal('EC2 Instance Rebalance Recommendation'),
  id: TriggerId,
  time: z.iso.datetime(),
  detail: z.object({ 'instance-id': z.string() }),
});

/** https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html */
const HealthEvent = z.object({
  source: z.literal('aws.health'),
  id: TriggerId,
  time: z.iso.datetime(),
  detail: z.object({
    eventTypeCode: z.string(),
    /** `Wed, 05 Jun 2024 15:10:09 GMT` */
    startTime: z.optional(z.string()),
    /** `open`, `upcoming`, or `closed`: over, or called off. */
    statusCode: z.optional(z.string()),
    eventDescription: z.optional(z.array(z.object({ latestDescription: z.string() }))),
    /** Instance ids; an event may be over for some of them, and go on for others. */
    affectedEntities: z.optional(z.array(z.object({ entityValue: z.string(), status: z.optional(z.string()) }))),
  }),
});

/** The status-check alarms of the stack; their metric names the instance. */
const StatusCheckAlarm = z.object({
  source: z.literal('aws.cloudwatch'),
  id: TriggerId,
  detail: z.object({ alarmName: z.string(), state: z.object({ value: z.string() }) }),
});

/** What the stack's rules deliver. */
export const AwsEvent = z.union([Ec2StateChange, SpotWarning, Rebalance, HealthEvent, StatusCheckAlarm]);

export function triggerOf(event: z.infer<typeof AwsEvent>): InstanceTrigger {
  const { id: eventId } = event;
  if (event.source === 'aws.cloudwatch') {
    const { alarmName, state } = event.detail;
    return { kind: 'ec2', id: eventId, instance: alarmName, state: `status check: ${state.value}` };
  }
  if (event.source === 'aws.health') {
    const state = `AWS Health: ${event.detail.eventTypeCode}`;
    return { kind: 'ec2', id: eventId, instance: '', state, notices: noticesIn(event) };
  }
  const { 'instance-id': instance } = event.detail;
  if (!('detail-type' in event)) {
    const at = event.time === undefined ? undefined : Date.parse(event.time);
    return { kind: 'ec2', id: eventId, instance, state: event.detail.state, at };
  }
  const notice = { instance, event: spotEvent(event) };
  return { kind: 'ec2', id: eventId, instance, state: notice.event.code, notices: [notice] };
}

const SPOT_WARNING_MS = 120_000;

function spotEvent(event: z.infer<typeof SpotWarning> | z.infer<typeof Rebalance>): ScheduledEvent {
  const deliveredAt = Date.parse(event.time);
  if (event['detail-type'] === 'EC2 Instance Rebalance Recommendation') {
    const description = 'its spot instance is more likely than before to be interrupted';
    return { code: 'rebalance-recommendation', description, deliveredAt };
  }
  // A hibernation begins with its warning.
  const action = event.detail['instance-action'];
  const notBefore = deliveredAt + (action === 'hibernate' ? 0 : SPOT_WARNING_MS);
  return { code: 'spot-interruption', description: `EC2 needs its capacity: ${action}`, notBefore, deliveredAt };
}

/** One for each instance that it names. The observation shows which of them is a router of the pair. */
function noticesIn({ time, detail }: z.infer<typeof HealthEvent>): readonly Notice[] {
  const { affectedEntities = [], eventDescription: [description] = [], eventTypeCode, startTime, statusCode } = detail;
  const starts = Date.parse(startTime ?? '');
  const event: ScheduledEvent = {
    code: codeOf(eventTypeCode),
    description: description?.latestDescription ?? eventTypeCode,
    notBefore: Number.isNaN(starts) ? undefined : starts,
    deliveredAt: Date.parse(time),
  };
  const named = affectedEntities.flatMap(({ entityValue, status }) => {
    const [instance] = INSTANCE.exec(entityValue) ?? [];
    return instance === undefined ? [] : [{ instance, status }];
  });
  return [...Map.groupBy(named, ({ instance }) => instance)].map(([instance, its]) => {
    const isOver = statusCode === 'closed' || its.every(({ status }) => status === RESOLVED);
    return { instance, event: isOver ? { ...event, over: true } : event };
  });
}

/** An id, or an ARN that ends with it. */
const INSTANCE = /i-[0-9a-f]+$/;

/** https://docs.aws.amazon.com/health/latest/APIReference/API_AffectedEntity.html */
const RESOLVED = 'RESOLVED';

/** The name that DescribeInstanceStatus has for it, where it has one. */
function codeOf(eventType: string): string {
  const [, code] = CODES.find(([part]) => eventType.includes(part)) ?? [];
  return (
    code ??
    eventType
      .replace(/^AWS_EC2_/, '')
      .toLowerCase()
      .replaceAll('_', '-')
  );
}

const CODES = [
  ['RETIREMENT', 'instance-retirement'],
  ['INSTANCE_STOP', 'instance-stop'],
  ['INSTANCE_REBOOT', 'instance-reboot'],
  ['SYSTEM_REBOOT', 'system-reboot'],
  ['MAINTENANCE', 'system-maintenance'],
] as const;
