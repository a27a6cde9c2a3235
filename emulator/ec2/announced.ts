import type { ServiceEvent } from '#emulator/service.ts';
import type { ScheduledEvent } from './model/instances.ts';

/** Time between the warning and the interruption of a spot instance. */
export const SPOT_WARNING_MS = 120_000;

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export function spotWarning(region: string, arn: string, id: string): ServiceEvent {
  return {
    region,
    source: 'aws.ec2',
    detailType: 'EC2 Spot Instance Interruption Warning',
    detail: { 'instance-id': id, 'instance-action': 'terminate' },
    resources: [arn],
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html */
export function rebalanceRecommendation(region: string, arn: string, id: string): ServiceEvent {
  const detailType = 'EC2 Instance Rebalance Recommendation';
  return { region, source: 'aws.ec2', detailType, detail: { 'instance-id': id }, resources: [arn] };
}

/** The names that AWS Health has for what DescribeInstanceStatus calls by its own. */
const EVENT_TYPES: Readonly<Record<ScheduledEvent['code'], string>> = {
  'instance-reboot': 'AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED',
  'system-reboot': 'AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED',
  'system-maintenance': 'AWS_EC2_INSTANCE_NETWORK_MAINTENANCE_SCHEDULED',
  'instance-retirement': 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
  'instance-stop': 'AWS_EC2_INSTANCE_STOP_SCHEDULED',
};

/** https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html */
export function healthEvent(
  region: string,
  id: string,
  { code, description, notBefore }: ScheduledEvent,
): ServiceEvent {
  return {
    region,
    source: 'aws.health',
    detailType: 'AWS Health Event',
    detail: {
      eventRegion: region,
      service: 'EC2',
      eventTypeCode: EVENT_TYPES[code],
      eventTypeCategory: 'scheduledChange',
      eventScopeCode: 'ACCOUNT_SPECIFIC',
      statusCode: /^\[(Completed|Canceled)\]/.test(description) ? 'closed' : 'upcoming',
      startTime: new Date(notBefore).toUTCString(),
      eventDescription: [{ language: 'en_US', latestDescription: description }],
      affectedEntities: [{ entityValue: id }],
    },
    resources: [id],
  };
}
