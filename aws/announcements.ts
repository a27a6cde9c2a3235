import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { BOUNDED } from './bounds.ts';

/** Detail types of our events, a contract. */
export type Announcement =
  | 'Failover Completed'
  | 'Failover Refused'
  | 'Failover Partial'
  | 'Failover Noted'
  | 'Site Degraded'
  | 'Site Recovered'
  | 'Router Event Scheduled'
  | 'Config Pushed'
  | 'Pause Ending'
  | 'Pause Ended';

/**
 * Puts one event of source `vyos-failover` on the default bus.
 *
 * @throws Error if EventBridge took the call but not the event: PutEvents answers 200 even then
 */
export async function announce(detailType: Announcement, detail: Readonly<Record<string, unknown>>): Promise<void> {
  const client = new EventBridgeClient(BOUNDED);
  const { FailedEntryCount, Entries } = await client.send(
    new PutEventsCommand({
      Entries: [{ Source: 'vyos-failover', DetailType: detailType, Detail: JSON.stringify(detail) }],
    }),
  );
  if (FailedEntryCount !== undefined && FailedEntryCount > 0) {
    throw new Error(`EventBridge refused "${detailType}": ${Entries?.[0]?.ErrorCode} ${Entries?.[0]?.ErrorMessage}`);
  }
}
