import { DeleteTableCommand, DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { BOUNDED_DESK } from './bounds.ts';

/** Starts the deletion of a table; one that does not exist is deleted. @throws the SDK's error */
export async function deleteTable(region: string, name: string): Promise<void> {
  try {
    await new DynamoDBClient({ ...BOUNDED_DESK, region }).send(new DeleteTableCommand({ TableName: name }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
