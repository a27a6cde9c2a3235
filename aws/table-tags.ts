import { CreateTagsCommand, DeleteTagsCommand, type EC2Client } from '@aws-sdk/client-ec2';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** EC2 accepts 1,000 resources in a call, and answers a call with fewer sooner. */
const IN_A_CALL = 20;

/** Gives route tables a tag; a tag with the same key is overwritten. @throws the SDK's error */
export async function tagTables(ec2: EC2Client, tables: readonly string[], { key, value }: Tag): Promise<void> {
  for (const Resources of chunks(tables))
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: key, Value: value }] }));
}

/** Removes a tag from route tables, only where it has this value. @throws the SDK's error */
export async function untagTables(ec2: EC2Client, tables: readonly string[], { key, value }: Tag): Promise<void> {
  for (const Resources of chunks(tables))
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: key, Value: value }] }));
}

function chunks(tables: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(tables.length / IN_A_CALL) }, (_, call) =>
    tables.slice(call * IN_A_CALL, (call + 1) * IN_A_CALL),
  );
}
