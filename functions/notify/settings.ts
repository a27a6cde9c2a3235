import { required } from '#functions/environment.ts';
import type { NotifiedSite } from './message.ts';

/** A publish to SNS takes three attempts of 3 s at most, and the table twice 2 s. */
export const NOTIFY_WITHIN_MS = 20_000;

interface NotifySettings {
  readonly site: NotifiedSite;
  /** The site's DynamoDB table. */
  readonly table: string;
  /** ARN of the topic that people subscribe to. */
  readonly topic: string;
  /** ARN of the topic that Amazon Q Developer posts into Slack; undefined: the site has no channel. */
  readonly chatTopic: string | undefined;
}

/** What the stack must put into the function's environment. */
export function notifyEnvironment({ site, table, topic, chatTopic }: NotifySettings): Record<string, string> {
  return {
    SITE: JSON.stringify(site),
    SITE_TABLE: table,
    TOPIC_ARN: topic,
    ...(chatTopic !== undefined && { CHAT_TOPIC_ARN: chatTopic }),
  };
}

/** @throws Error if the environment is not as `notifyEnvironment` makes it */
export function readNotifySettings(environment: NodeJS.ProcessEnv): NotifySettings {
  return {
    site: JSON.parse(required(environment, 'SITE')) as NotifiedSite,
    table: required(environment, 'SITE_TABLE'),
    topic: required(environment, 'TOPIC_ARN'),
    chatTopic: environment['CHAT_TOPIC_ARN'],
  };
}
