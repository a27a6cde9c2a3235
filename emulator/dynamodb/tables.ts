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
  isProtected: boolean;
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
    const table: Table = {
      name,
      key,
      partitionKey: key[0] ?? '',
      ...changeable(properties),
    };
    if (!this.#tables.has(name)) this.#tables.set(name, table);
    return table;
  }

  /** Applies what may change in a table that exists. Throws `ResourceNotFoundException`. */
  update(properties: JsonObject): void {
    Object.assign(this.existing(String(properties['TableName'])), changeable(properties));
  }

  /** A table that is gone is no error. Throws `ValidationException` for a protected one. */
  async delete(name: string): Promise<void> {
    const table = this.#tables.get(name);
    if (table === undefined) return;
    if (table.isProtected)
      throw new AwsError(
        'ValidationException',
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    this.#tables.delete(name);
    await this.engine.perform('DeleteTable', { TableName: name });
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

function changeable(properties: JsonObject): Pick<Table, 'ttlAttribute' | 'isProtected'> {
  const ttl = properties['TimeToLiveSpecification'];
  const attribute = isObject(ttl) && ttl['Enabled'] !== false ? ttl['AttributeName'] : undefined;
  const replicas = Array.isArray(properties['Replicas']) ? properties['Replicas'].filter(isObject) : [];
  return {
    ttlAttribute: typeof attribute === 'string' ? attribute : undefined,
    isProtected: [properties, ...replicas].some((each) => each['DeletionProtectionEnabled'] === true),
  };
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
