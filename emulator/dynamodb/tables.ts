import { setImmediate } from 'node:timers/promises';
import { isObject, type JsonObject } from '#emulator/aws-json.ts';
import { AwsError } from '#emulator/service.ts';
import { Engine } from './engine.ts';
import { LastWrite } from './last-write.ts';

/** What the service knows of a table besides its items. */
export interface Table {
  readonly name: string;
  /** Attribute names of the primary key, partition key first. */
  readonly key: readonly string[];
  readonly partitionKey: string;
  ttlAttribute: string | undefined;
}

/** Tables of one region. */
export class Tables {
  readonly engine: Engine;
  readonly lastWrite = new LastWrite();
  readonly #tables = new Map<string, Table>();
  #creations: Promise<unknown> = Promise.resolve();

  constructor(account: string, region: string) {
    this.engine = new Engine(account, region);
  }

  /**
   * From the properties of AWS::DynamoDB::Table or AWS::DynamoDB::GlobalTable, ready for use when it resolves; calls
   * made before that wait. Throws `AwsError` for what DynamoDB refuses, `Error` without a TableName.
   */
  async create(properties: JsonObject): Promise<Table> {
    const table = this.#register(properties);
    const made = this.#make(table.name, properties);
    this.#creations = Promise.allSettled([this.#creations, made]);
    await made;
    return table;
  }

  /** Resolves when every table begun so far is there, or has failed. */
  async ready(): Promise<void> {
    await this.#creations;
  }

  async #make(name: string, properties: JsonObject): Promise<void> {
    await this.engine.perform('CreateTable', { BillingMode: 'PAY_PER_REQUEST', ...taken(properties) });
    await this.#becomesActive(name);
  }

  #register(properties: JsonObject): Table {
    const name = properties['TableName'];
    if (typeof name !== 'string') throw new Error('A table needs its TableName here: the emulator makes up no names.');
    const key = keyNames(properties['KeySchema']);
    const ttl = properties['TimeToLiveSpecification'];
    const ttlAttribute = isObject(ttl) && ttl['Enabled'] !== false ? ttl['AttributeName'] : undefined;
    const table: Table = {
      name,
      key,
      partitionKey: key[0] ?? '',
      ttlAttribute: typeof ttlAttribute === 'string' ? ttlAttribute : undefined,
    };
    this.#tables.set(name, table);
    return table;
  }

  find(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  /** Throws `ResourceNotFoundException`. */
  existing(name: string): Table {
    const found = this.#tables.get(name);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  }

  async #becomesActive(name: string): Promise<void> {
    for (;;) {
      const { Table: description } = await this.engine.perform('DescribeTable', { TableName: name });
      if (isObject(description) && description['TableStatus'] === 'ACTIVE') return;
      await setImmediate();
    }
  }
}

/** The properties that CreateTable has too; backups, encryption, replicas and tags make no difference here. */
function taken(properties: JsonObject): JsonObject {
  const names = [
    'TableName',
    'KeySchema',
    'AttributeDefinitions',
    'BillingMode',
    'ProvisionedThroughput',
    'GlobalSecondaryIndexes',
    'LocalSecondaryIndexes',
  ];
  return Object.fromEntries(
    names.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])),
  );
}

function keyNames(schema: unknown): string[] {
  const elements = Array.isArray(schema) ? schema.filter(isObject) : [];
  const ofType = (type: string) => elements.filter(({ KeyType }) => KeyType === type);
  return [...ofType('HASH'), ...ofType('RANGE')].map(({ AttributeName }) => String(AttributeName));
}
