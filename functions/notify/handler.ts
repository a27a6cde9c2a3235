import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { dynamoDbClient } from '#aws/clients.ts';
import { notifyStore } from '#aws/notify-store.ts';
import { publish, snsClient } from '#aws/publish.ts';
import { asChat } from './chat.ts';
import { asEmail } from './email.ts';
import { type Channel, EMPTY_MEMORY } from './memory.ts';
import type { Message } from './message.ts';
import { notify } from './notify.ts';
import type { NotifyPorts } from './ports.ts';
import { readNotifySettings } from './settings.ts';

const { site, table, topic, chatTopic } = readNotifySettings(process.env);
const logger = new Logger({ persistentLogAttributes: { topology: site.topology, site: site.name } });
const sns = snsClient();
const store = notifyStore(dynamoDbClient(), table, EMPTY_MEMORY);
const channels: readonly Channel[] = chatTopic === undefined ? ['topic'] : ['topic', 'chat'];
const environment: NotifyPorts['environment'] = { stored: { memory: EMPTY_MEMORY, version: 0 }, isSaved: true };

/** EventBridge invokes: events of the other functions, alarms of the site, and every minute. */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  logger.addContext(context);
  try {
    return await notify(event, { site, store, environment, channels, publish: publishTo, now: Date.now, log: logger });
  } finally {
    logger.resetKeys();
  }
}

async function publishTo(message: Message, channel: Channel): Promise<void> {
  if (channel === 'topic') return publish(sns, topic, asEmail(message, site));
  if (chatTopic !== undefined) return publish(sns, chatTopic, { text: asChat(message, site) });
}
