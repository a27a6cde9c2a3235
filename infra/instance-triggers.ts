import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface InstanceTriggersProps {
  /** `A router of site tokyo`, for the descriptions. */
  readonly subject: string;
  /** `i-…`, or references to instances of the same stack. */
  readonly instances: readonly [string, ...string[]];
  /** On EC2's status checks of these instances. */
  readonly statusChecks: readonly Alarm[];
  /** As `routeSwapTarget` makes it: it also permits the rules to invoke the function. */
  readonly routeSwap: LambdaFunction;
}

/**
 * The rules that start route-swap when AWS reports or announces that an instance stops, or that its status check fails. Those of an
 * existing router are in its site's stack; a created router's are in the stack of its instance, and are replaced with it.
 */
export function addInstanceTriggers(scope: Construct, of: InstanceTriggersProps): void {
  const { subject, instances, statusChecks, routeSwap } = of;
  new Rule(scope, 'RouterNotRunning', {
    description: `${subject} stops, or EC2 announces or recommends that it does`,
    // One rule for all three: a bus has 300 by default, for all sites of a Region.
    // EC2's events are best effort (EventBridge documentation), so they are never the only trigger.
    eventPattern: {
      source: ['aws.ec2'],
      detailType: [
        'EC2 Instance State-change Notification',
        'EC2 Spot Instance Interruption Warning',
        'EC2 Instance Rebalance Recommendation',
      ],
      detail: {
        'instance-id': instances,
        // Notices of Spot have no state. A field matches if any value of its list does, an absent one included (the source of EventBridge's
        // matching, README and tests of "exists": https://github.com/aws/event-ruler#and-and-or-relationship-among-fields-with-ruler).
        state: ['stopping', 'stopped', 'shutting-down', 'terminated', ...Match.doesNotExist()],
      },
    },
    targets: [routeSwap],
  });
  new Rule(scope, 'EventScheduled', {
    description: `AWS Health announces an event of ${inSentence(subject)}`,
    // The probe reads EC2's list of events each minute; this rule is faster, and also delivers events that are not in the list.
    eventPattern: {
      source: ['aws.health'],
      detailType: ['AWS Health Event'],
      // Ids, or ARNs that end with them.
      resources: instances.flatMap((instance) => Match.suffix(instance)),
      detail: { service: ['EC2'], eventTypeCategory: ['scheduledChange'] },
    },
    targets: [routeSwap],
  });
  new Rule(scope, 'StatusCheckFailed', {
    description: `EC2's status check of ${inSentence(subject)} fails`,
    eventPattern: {
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      detail: { alarmName: statusChecks.map((alarm) => alarm.alarmName), state: { value: ['ALARM'] } },
    },
    targets: [routeSwap],
  });
}

/**
 * route-swap as the target of a rule; an imported function must be of the stack's own account and Region.
 *
 * @param deadLetters a queue of the stack, which gets events that EventBridge cannot deliver. Default: they are dropped
 */
export function routeSwapTarget(routeSwap: IFunction, deadLetters?: IQueue): LambdaFunction {
  return new LambdaFunction(routeSwap, {
    retryAttempts: 2,
    maxEventAge: Duration.minutes(5),
    ...(deadLetters !== undefined && { deadLetterQueue: deadLetters }),
  });
}

function inSentence(subject: string): string {
  return `${subject.charAt(0).toLowerCase()}${subject.slice(1)}`;
}
