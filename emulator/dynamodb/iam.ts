/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
import { isObject, type JsonObject } from '#emulator/aws-json.ts';
import { AwsError } from '#emulator/service.ts';
import type { Table } from './tables.ts';

export type Resource = { readonly arn: string; readonly context?: Readonly<Record<string, string | string[]>> };

/** A table, by name or ARN. */
export function tableName(nameOrArn: unknown): string {
  const text = typeof nameOrArn === 'string' ? nameOrArn : '';
  return text.startsWith('arn:') ? (text.split('/')[1] ?? '') : text;
}

/** The table or the index of a call, with `dynamodb:LeadingKeys` where the call says them plainly. Throws `ValidationException`. */
export function resourceOf(input: JsonObject, arnPrefix: string, table: Table | undefined): Resource {
  const name = tableName(input['TableName']);
  if (name === '') {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    );
  }
  const index = input['IndexName'];
  const arn = `${arnPrefix}:table/${name}${typeof index === 'string' ? `/index/${index}` : ''}`;
  const leading = table === undefined ? undefined : leadingKey(input, table);
  return leading === undefined ? { arn } : { arn, context: { 'dynamodb:LeadingKeys': [leading] } };
}

/** Of the tables in a batch. */
export function batchResources(input: JsonObject, arnPrefix: string): Resource[] {
  const tables = isObject(input['RequestItems']) ? Object.keys(input['RequestItems']) : [];
  return tables.map((name) => ({ arn: `${arnPrefix}:table/${tableName(name)}` }));
}

function leadingKey(input: JsonObject, { partitionKey }: Table): string | undefined {
  const item = input['Key'] ?? input['Item'];
  return scalar(isObject(item) ? item[partitionKey] : queriedKey(input, partitionKey));
}

/** The value in `pk = :value` or `#pk = :value`. */
function queriedKey(input: JsonObject, partitionKey: string): unknown {
  const {
    KeyConditionExpression: expression,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  } = input;
  if (typeof expression !== 'string' || !isObject(values)) return undefined;
  const equalities = [...expression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)];
  const found = equalities.find(([, name = '']) => (isObject(names) ? (names[name] ?? name) : name) === partitionKey);
  return found?.[2] === undefined ? undefined : values[found[2]];
}

function scalar(attribute: unknown): string | undefined {
  if (!isObject(attribute)) return undefined;
  const value = attribute['S'] ?? attribute['N'] ?? attribute['B'];
  return typeof value === 'string' ? value : undefined;
}
