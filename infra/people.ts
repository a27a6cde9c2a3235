import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ManagedSite } from '#failover/site.ts';

/** Events that people get as a message. */
const TOLD = [
  'Failover Completed',
  'Failover Refused',
  'Failover Partial',
  'Failover Noted',
  'Site Degraded',
  'Site Recovered',
  'Router Event Scheduled',
  'Config Pushed',
  'Pause Ending',
  'Pause Ended',
];

/** How people are told, through one SNS topic per site: of alarms, and the sentence of each failover. */
export class People extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stack, site }: { stack: Stack; site: ManagedSite }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: `vyos-failover ${site.topology} ${site.name}`,
      enforceSSL: true,
    });
    this.#letAlarmsPublish(stack);
    this.#tellSentences(site);
  }

  /** A topic with a policy of its own (enforceSSL) has lost the default one, which lets the account's alarms publish. */
  #letAlarmsPublish(stack: Stack): void {
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
   * The event carries what an alarm cannot: who, why, how long. EventBridge may publish without a condition on the rule's ARN:
   * SNS would let no rule in ("You can't use of Condition blocks in Amazon SNS topic policies for EventBridge",
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html), and nobody would be told anything.
   */
  #tellSentences({ topology, name }: ManagedSite): void {
    new Rule(this, 'Announcements', {
      description: `Tells people about failovers of site ${name}`,
      eventPattern: { source: ['vyos-failover'], detailType: TOLD, detail: { topology: [topology], site: [name] } },
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
