import { dynamoDbClient } from '#aws/clients.ts';
import { siteStore } from '#aws/site-store/site-store.ts';
import { awsError } from '#simulator/aws-faults.ts';
import { nameOf, type SdkCommand } from '#simulator/command-name.ts';
import { ConditionFailed, type Input, type Table } from './table.ts';

/** What our stores take for a client of DynamoDB. */
export type DynamoDbClient = Parameters<typeof siteStore>[0];

/** A command of the SDK. */
export interface Command extends SdkCommand {
  readonly input: Input;
}

/** The SDK's paginators look at the class; nothing is ever sent with it. */
const REAL = dynamoDbClient();

/** What our stores take for a client. */
export function clientOf(send: (command: Command) => Promise<unknown>): DynamoDbClient {
  return Object.assign(Object.create(REAL), { send }) as DynamoDbClient;
}

/** DynamoDB's refusal of a write, as the SDK throws it. */
export function refusal({ ReturnValuesOnConditionCheckFailure }: Input, error: ConditionFailed): Error {
  const Item = ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? error.item : undefined;
  return awsError('ConditionalCheckFailedException', error.message, { Item });
}

/** The site's store on a table without a network in between. */
export function storeOn(table: Table): ReturnType<typeof siteStore> {
  const send = async (command: Command): Promise<unknown> => {
    try {
      return await Promise.resolve(table.perform(nameOf(command), command.input, 0).output);
    } catch (error) {
      throw error instanceof ConditionFailed ? refusal(command.input, error) : error;
    }
  };
  return siteStore(clientOf(send), 'site');
}
