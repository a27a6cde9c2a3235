import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Announce, EVENT_SOURCE } from '#contracts/events.ts';
import { BOUNDED } from './bounds.ts';

/**
 * Puts one event on the default bus.
 *
 * @throws Error if EventBridge took the call but not the event: PutEvents answers 200 even then
 */
export const announce: Announce = async (detailType, detail) => {
  const client = new EventBridgeClient(BOUNDED);
  const { FailedEntryCount, Entries } = await client.send(
    new PutEventsCommand({
      Entries: [{ Source: EVENT_SOURCE, DetailType: detailType, Detail: JSON.stringify(detail) }],
    }),
  );
  if (FailedEntryCount !== undefined && FailedEntryCount > 0) {
    throw new Error(`EventBridge refused "${detailType}": ${Entries?.[0]?.ErrorCode} ${Entries?.[0]?.ErrorMessage}`);
  }
};
