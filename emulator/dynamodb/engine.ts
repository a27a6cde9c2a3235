/**
 * dynalite, the data plane: its validations and actions on an in-memory store, called without the HTTP server around
 * them, so that no port, no second authentication and no environment variables (its region and account) are needed.
 * It has no types; the version is pinned exactly.
 */
import { createRequire } from 'node:module';
import { isObject } from '#emulator/aws-json.ts';
import { AwsError } from '#emulator/service.ts';

interface Store {
  readonly tableDb: { awsRegion: string; awsAccountId: string };
}

interface Checks {
  readonly types: object;
  readonly custom?: unknown;
}

interface Validations {
  checkTypes(this: void, data: object, types: object): object;
  checkValidations(this: void, data: object, types: object, custom: unknown, store: Store): void;
}

type Perform = (store: Store, data: object, done: (error: unknown, output?: unknown) => void) => void;

const require = createRequire(import.meta.url);
const { create } = require('dynalite/db') as { create(this: void, options: object): Store };
const { checkTypes, checkValidations } = require('dynalite/validations') as Validations;

const operations = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
] as const;

export type Operation = (typeof operations)[number];

const loaded = new Map(
  operations.map((name) => {
    const file = name.charAt(0).toLowerCase() + name.slice(1);
    const checks = require(`dynalite/validations/${file}`) as Checks;
    const perform = require(`dynalite/actions/${file}`) as Perform;
    return [name, { checks, perform }];
  }),
);

export function isOperation(name: string): name is Operation {
  return operations.some((each) => each === name);
}

/** The tables of one region. */
export class Engine {
  readonly #store: Store;

  constructor(account: string, region: string) {
    this.#store = create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    this.#store.tableDb.awsRegion = region;
    this.#store.tableDb.awsAccountId = account;
  }

  /** Throws `AwsError` with DynamoDB's code, e.g. `ConditionalCheckFailedException`. */
  async perform(name: Operation, input: object): Promise<Record<string, unknown>> {
    const operation = loaded.get(name);
    if (operation === undefined) throw new AwsError('UnknownOperationException', '');
    const { checks, perform } = operation;
    // dynalite changes what it is given.
    const data = refusing(() => {
      const checked = checkTypes(structuredClone(input), checks.types);
      checkValidations(checked, checks.types, checks.custom, this.#store);
      return checked;
    });
    return new Promise((resolve, reject) => {
      perform(this.#store, data, (error, output) => {
        if (error) reject(asAwsError(error));
        else resolve(isObject(output) ? output : {});
      });
    });
  }
}

function refusing<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw asAwsError(error);
  }
}

/** dynalite's errors carry the body that AWS would send. */
function asAwsError(error: unknown): unknown {
  if (!(error instanceof Error) || !('body' in error) || !isObject(error.body)) return error;
  const { __type: type, message, Message } = error.body;
  const code = typeof type === 'string' ? type.slice(type.indexOf('#') + 1) : 'InternalServerError';
  const text = message ?? Message;
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 400;
  return new AwsError(code, typeof text === 'string' ? text : '', status);
}
