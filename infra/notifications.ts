import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { EVENT_SOURCE, EVENTS } from '#contracts/events.ts';
import type { ManagedSite } from '#failover/site.ts';

/** One SNS topic per site, for the operators: its alarms, and the sentence of each event. */
export class Notifications extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stack, site }: { stack: Stack; site: ManagedSite }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: `vyos-failover ${site.topology} ${site.name}`,
      enforceSSL: true,
    });
    this.#allowAlarms(stack);
    this.#publishEvents(site);
  }

  /** A topic with its own policy (enforceSSL) loses the default one, which lets the account's alarms publish. */
  #allowAlarms(stack: Stack): void {
    const alarms = stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { ArnLike: { 'aws:SourceArn': alarms } } }),
    );
  }

  /**
   * An event carries what an alarm cannot: who, why, how long. EventBridge may publish without a condition on the rule's ARN,
   * because SNS rejects every rule otherwise ("You can't use of Condition blocks in Amazon SNS topic policies for EventBridge",
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html).
   */
  #publishEvents({ topology, name }: ManagedSite): void {
    new Rule(this, 'Announcements', {
      description: `Publishes the events of site ${name} to its topic`,
      eventPattern: {
        source: [EVENT_SOURCE],
        detailType: Object.keys(EVENTS),
        detail: { topology: [topology], site: [name] },
      },
      targets: [
        new SnsTopic(this.topic, {
          // One line: SNS shows a transformed text as a JSON string, quotes, \n and all.
          message: RuleTargetInput.fromText(
            `${EventField.detailType} (${topology} ${name}): ${EventField.fromPath('$.detail.says')} ${EventField.time}`,
          ),
        }),
      ],
    });
  }
}
