import type { Account } from '#emulator/account.ts';
import { decodeJson, encodeJson, encodeJsonError, isObject, type JsonObject } from '#emulator/aws-json.ts';
import { defaultAccountId } from '#emulator/ec2/fixture.ts';
import { partitionOf } from '#emulator/partition.ts';
import { AwsError, type Service } from '#emulator/service.ts';
import { isOperation } from './engine.ts';
import { batchResources, resourceOf, tableName } from './iam.ts';
import { Tables } from './tables.ts';
import { ConditionalCheckFailed, isWrite, write } from './writes.ts';

interface DynamoDbOptions {
  readonly account: Account;
}

/** DynamoDB of all the account's regions. Not there: transactions, streams, PartiQL; TTL is kept but deletes nothing. */
interface DynamoDb {
  readonly service: Service;
  /** For AWS::DynamoDB::Table and …::GlobalTable. */
  tables(region: string): Tables;
}

export function createDynamoDb({ account }: DynamoDbOptions): DynamoDb {
  const id = account.id ?? defaultAccountId;
  const regions = new Map(Object.keys(account.regions).map((region) => [region, new Region(id, region)]));
  const regionNamed = (name: string): Region => {
    const found = regions.get(name);
    if (found === undefined) throw new AwsError('UnrecognizedClientException', `Region ${name} is not enabled.`);
    return found;
  };
  return {
    service: serviceOf(regionNamed),
    tables: (region) => regionNamed(region).tables,
  };
}

/** The SDK pinned here speaks JSON 1.0; newer ones may prefer smithy-rpc-v2-cbor, which is not supported here. */
function serviceOf(regionNamed: (name: string) => Region): Service {
  return {
    signingName: 'dynamodb',
    deniedCode: 'AccessDeniedException',
    throttledCode: 'ThrottlingException',
    parse(request) {
      const { action, input } = decodeJson(request, 'DynamoDB_20120810');
      if (!isKnown(action)) throw new AwsError('UnknownOperationException', '');
      return { action: `dynamodb:${action}`, resources: regionNamed(request.region).resources(action, input), input };
    },
    async run({ action, input, staleReads }, { region }) {
      const output = await regionNamed(region).run(action.slice('dynamodb:'.length), input, Boolean(staleReads));
      return encodeJson(output, '1.0');
    },
    renderError(error) {
      const typed = new AwsError(`com.amazonaws.dynamodb.v20120810#${error.code}`, error.message, error.status);
      const item = error instanceof ConditionalCheckFailed ? error.item : undefined;
      return encodeJsonError(typed, '1.0', { Item: item });
    },
  };
}

function isKnown(action: string): boolean {
  return (
    (isOperation(action) && action !== 'CreateTable') ||
    action === 'UpdateTimeToLive' ||
    action === 'DescribeTimeToLive'
  );
}

class Region {
  readonly tables: Tables;
  readonly #arnPrefix: string;
  #writes: Promise<unknown> = Promise.resolve();

  constructor(account: string, region: string) {
    this.tables = new Tables(account, region);
    this.#arnPrefix = `arn:${partitionOf(region).name}:dynamodb:${region}:${account}`;
  }

  resources(action: string, input: JsonObject) {
    if (action === 'ListTables') return [{ arn: '*' }];
    if (action.startsWith('Batch')) return batchResources(input, this.#arnPrefix);
    return [resourceOf(input, this.#arnPrefix, this.tables.find(tableName(input['TableName'])))];
  }

  async run(action: string, raw: JsonObject, staleReads: boolean): Promise<object> {
    await this.tables.ready();
    const input = raw['TableName'] === undefined ? raw : { ...raw, TableName: tableName(raw['TableName']) };
    if (action === 'DeleteTable') return this.#deleteTable(tableName(input['TableName']));
    if (action === 'UpdateTimeToLive') return this.#updateTimeToLive(input);
    if (action === 'DescribeTimeToLive') return this.#describeTimeToLive(input);
    if (isWrite(action)) {
      const table = this.tables.existing(tableName(input['TableName']));
      return this.#inTurn(() => write(this.tables, table, action, input));
    }
    if (!isOperation(action)) throw new AwsError('UnknownOperationException', '');
    if (action === 'BatchWriteItem') return this.#inTurn(() => this.tables.engine.perform(action, input));
    const output = await this.tables.engine.perform(action, input);
    if (!staleReads || input['ConsistentRead'] === true || input['TableName'] === undefined) return output;
    return this.tables.lastWrite.undoneIn(output, this.tables.existing(tableName(input['TableName'])), input['Key']);
  }

  async #deleteTable(name: string): Promise<object> {
    this.tables.existing(name);
    await this.tables.delete(name);
    return { TableDescription: { TableName: name, TableStatus: 'DELETING' } };
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#writes.then(act);
    this.#writes = turn.catch(() => undefined);
    return turn;
  }

  #updateTimeToLive(input: JsonObject): object {
    const table = this.tables.existing(tableName(input['TableName']));
    const specification = input['TimeToLiveSpecification'];
    if (!isObject(specification) || typeof specification['AttributeName'] !== 'string') {
      throw new AwsError('ValidationException', 'TimeToLiveSpecification must have an AttributeName.');
    }
    table.ttlAttribute = specification['Enabled'] === true ? specification['AttributeName'] : undefined;
    return { TimeToLiveSpecification: specification };
  }

  #describeTimeToLive(input: JsonObject): object {
    const { ttlAttribute: AttributeName } = this.tables.existing(tableName(input['TableName']));
    const TimeToLiveStatus = AttributeName === undefined ? 'DISABLED' : 'ENABLED';
    return { TimeToLiveDescription: { TimeToLiveStatus, AttributeName } };
  }
}
