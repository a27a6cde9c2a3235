import { ArnFormat, Duration, type Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type EventPattern, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENT_SOURCE, EVENTS } from '#contracts/events.ts';
import type { ManagedSite } from '#failover/site.ts';
import { NOTIFY_WITHIN_MS, notifyEnvironment } from '#functions/notify/settings.ts';
import type { Notify } from '#topology/topology.ts';
import { type namesOf, nameWithin } from './names.ts';
import { allowNotify } from './permissions.ts';
import { SiteAlarms } from './site-alarms.ts';
import { SiteFunction } from './site-function.ts';

export interface NotificationsProps {
  readonly stack: Stack;
  readonly site: ManagedSite;
  readonly names: ReturnType<typeof namesOf>;
  /** The notifier remembers in it what it has sent. */
  readonly table: TableV2;
  readonly notify: Notify;
  /** Of the site. */
  readonly deadLetters: IQueue;
}

/**
 * The messages of a site: the notifier turns events and alarms into one message for each outcome, and publishes it as plain text with a
 * subject to the site's topic, and as a custom notification to the topic of its Slack channel.
 */
export class Notifications extends Construct {
  /** Of all messages, for whoever subscribes. */
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stack, site, names, table, notify, deadLetters }: NotificationsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: `vyos-failover ${site.topology} ${site.name}`,
      enforceSSL: true,
    });
    // By name: the channel's configuration is in a stack of its own, which may be in another Region.
    const chat = notify.slack && new Topic(this, 'ChatTopic', { topicName: names.chatTopic, enforceSSL: true });
    const topics = [this.topic, ...(chat === undefined ? [] : [chat])];
    for (const address of notify.email) this.topic.addSubscription(new EmailSubscription(address));
    const fn = this.#function(site, names, { table: table.tableName, chatTopic: chat?.topicArn, deadLetters });
    allowNotify(fn, { table, topics });
    this.#deliver(site, names.stack, fn);
    this.#watchNotifier(stack, site, fn, topics);
  }

  #function(
    { topology, name, region, routers }: ManagedSite,
    names: ReturnType<typeof namesOf>,
    {
      table,
      chatTopic,
      deadLetters,
    }: { readonly table: string; readonly chatTopic: string | undefined; readonly deadLetters: IQueue },
  ): SiteFunction {
    const site = { topology, name, region, routers: [routers.active.name, routers.standby.name] } as const;
    return new SiteFunction(this, 'Notify', {
      folder: 'notify',
      name: names.notify,
      environment: notifyEnvironment({ site, table, topic: this.topic.topicArn, chatTopic }),
      timeout: Duration.millis(NOTIFY_WITHIN_MS),
      retryAttempts: 2,
      // A late message is better than none.
      maxEventAge: Duration.hours(1),
      deadLetters,
    });
  }

  /** Events of the other functions, alarms of the site, and every minute: a digest, or the end of a condition, may be due. */
  #deliver({ topology, name }: ManagedSite, stackName: string, { function: fn }: SiteFunction): void {
    const rule = (id: string, description: string, eventPattern: EventPattern) =>
      new Rule(this, id, { description, eventPattern, targets: [new LambdaFunction(fn)] });
    rule('Announcements', `Sends the events of site ${name} to its notifier`, {
      source: [EVENT_SOURCE],
      detailType: Object.keys(EVENTS),
      detail: { topology: [topology], site: [name] },
    });
    rule('AlarmChanges', `Sends the alarms of site ${name} to its notifier`, {
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      detail: { alarmName: [{ prefix: nameWithin(stackName, '') }], state: { value: ['ALARM', 'OK'] } },
    });
    new Rule(this, 'EveryMinute', {
      description: `Lets the notifier of site ${name} end what is over`,
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(fn, { retryAttempts: 0 })],
    });
  }

  /** The alarms about the notifier publish to the topics themselves, as CloudWatch's own text. */
  #watchNotifier(stack: Stack, site: ManagedSite, fn: SiteFunction, topics: readonly Topic[]): void {
    const arns = stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const alarms = new SiteAlarms(this, site, { functions: { notify: fn } });
    const own = [alarms.add('notify-failed'), alarms.add('notify-throttled')];
    for (const topic of topics) {
      // A topic with its own policy (enforceSSL) loses the default one, which lets the account's alarms publish.
      topic.grantPublish(
        new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { ArnLike: { 'aws:SourceArn': arns } } }),
      );
      // No action for OK: CloudWatch takes it when the alarm is created, too.
      for (const alarm of own) alarm.addAlarmAction(new SnsAction(topic));
    }
  }
}
