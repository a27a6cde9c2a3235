import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { dynamoDbClient } from '#aws/clients.ts';
import { notifyStore } from '#aws/notify-store.ts';
import { publish, snsClient } from '#aws/publish.ts';
import { asChat } from './chat.ts';
import { asEmail } from './email.ts';
import { EMPTY_MEMORY } from './memory.ts';
import type { Message } from './message.ts';
import { notify } from './notify.ts';
import type { NotifyPorts } from './ports.ts';
import { readNotifySettings } from './settings.ts';

const { site, table, topic, chatTopic } = readNotifySettings(process.env);
const logger = new Logger({ persistentLogAttributes: { topology: site.topology, site: site.name } });
const sns = snsClient();
const store = notifyStore(dynamoDbClient(), table, EMPTY_MEMORY);
const environment: NotifyPorts['environment'] = { stored: { memory: EMPTY_MEMORY, version: 0 }, isSaved: true };

/** EventBridge invokes: events of the other functions, alarms of the site, and every minute. */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  logger.addContext(context);
  try {
    return await notify(event, { site, store, environment, publish: publishToAll, now: Date.now, log: logger });
  } finally {
    logger.resetKeys();
  }
}

async function publishToAll(message: Message): Promise<void> {
  await Promise.all([
    publish(sns, topic, asEmail(message, site)),
    chatTopic !== undefined && publish(sns, chatTopic, { text: asChat(message, site) }),
  ]);
}
