import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Account } from '#emulator/account.ts';
import { createCredentials } from '#emulator/credentials.ts';
import { createDynamoDb } from '#emulator/dynamodb/service.ts';
import { createEc2, type Ec2, type Ec2Options } from '#emulator/ec2/service.ts';
import { createFaults, type Faults } from '#emulator/faults.ts';
import { createFrontDoor } from '#emulator/front-door.ts';
import { createTimeline, type Timeline } from '#emulator/happenings.ts';
import type { Iam } from '#emulator/iam.ts';
import { createLatency } from '#emulator/latency.ts';
import { createIds, createRandom } from '#emulator/random.ts';
import type { PublishEvent } from '#emulator/service.ts';
import type { Invocation } from './invocation.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The site's memory in the emulated DynamoDB. */
export const TABLE = 'stored';
/** So long does every call take, on the virtual clock. */
const CALL_MS = 10;

export interface InProcessOptions {
  readonly account: Account;
  readonly region: string;
  readonly clock: VirtualClock;
  readonly publish: PublishEvent;
  readonly ec2?: Pick<Ec2Options, 'throttle' | 'consistencyMs'>;
}

/** What a function speaks to AWS with. */
export interface Clients {
  readonly ec2: EC2Client;
  readonly writes: EC2Client;
  readonly db: DynamoDBClient;
}

/**
 * The emulator's EC2 and DynamoDB behind its front door, reached by the real SDK without a socket: the wire formats,
 * error codes, conditional writes, throttles and injected faults are the emulator's, time is virtual.
 */
export class InProcessAws {
  readonly ec2: Ec2;
  readonly faults: Faults;
  readonly timeline: Timeline = createTimeline();
  readonly clients: Clients;
  readonly #options: InProcessOptions;
  readonly #credentials = createCredentials('123456789012', createIds('world'));
  readonly #door: ReturnType<typeof createFrontDoor>;
  readonly #current = new AsyncLocalStorage<Invocation>();

  private constructor(options: InProcessOptions, dynamoDb: ReturnType<typeof createDynamoDb>) {
    const clock = { now: () => options.clock.now(), sleep: (ms: number) => options.clock.sleepAtWork(ms) };
    const { record } = this.timeline;
    this.#options = options;
    this.ec2 = createEc2({ ...options, ...options.ec2 });
    this.faults = createFaults(createRandom('world'));
    this.#door = createFrontDoor({
      services: [this.ec2.service, dynamoDb.service],
      credentials: this.#credentials,
      iam: NOBODY_ASKS_IAM,
      faults: this.faults,
      latency: createLatency({ random: createRandom('world'), clock, record }),
      clock,
      record,
    });
    this.clients = this.#connect();
  }

  static async start(options: InProcessOptions): Promise<InProcessAws> {
    const dynamoDb = createDynamoDb(options);
    await dynamoDb.tables(options.region).create({
      TableName: TABLE,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    });
    return new InProcessAws(options, dynamoDb);
  }

  /** Nobody's invocation makes the calls of `act`. */
  asNobody<T>(act: () => T): T {
    return this.#current.exit(act);
  }

  /** Every call that `act` makes is the invocation's, and dies with it. */
  as<T>(invocation: Invocation, act: () => T): T {
    return this.#current.run(invocation, act);
  }

  #connect(): Clients {
    const { region, clock } = this.#options;
    const configuration = (attempts: number) => ({
      region,
      credentials: this.#credentials.forUser(),
      requestHandler: { handle: (request: SdkRequest) => this.#handle(request) },
      retryStrategy: retriesOn(clock, attempts),
    });
    const ec2 = new EC2Client(configuration(3));
    const writes = new EC2Client(configuration(1));
    const db = new DynamoDBClient(configuration(2));
    const gate =
      (service: string) =>
      <I extends object, O extends object>(next: (args: { input: I }) => Promise<O>, { commandName = '' }) =>
      (args: { input: I }) => {
        const call = () => clock.work(() => next(args));
        return this.#current.getStore()?.call(nameOf(service, commandName, args.input), call) ?? call();
      };
    const outermost = { step: 'initialize', priority: 'high', name: 'invocation' } as const;
    ec2.middlewareStack.add(gate('ec2'), outermost);
    writes.middlewareStack.add(gate('ec2'), outermost);
    db.middlewareStack.add(gate('dynamodb'), outermost);
    return { ec2, writes, db };
  }

  async #handle({ method, path, headers, body }: SdkRequest): Promise<{ response: object }> {
    await this.#options.clock.sleepAtWork(CALL_MS);
    let cut = false;
    const request = Object.assign(Readable.from([bytesOf(body)]), {
      method,
      url: path,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      socket: { destroy: () => (cut = true) },
    });
    const answer = { statusCode: 0, headers: {}, body: Readable.from([]) };
    const response = {
      writeHead: (statusCode: number, given: object) => (
        Object.assign(answer, { statusCode, headers: given }), response
      ),
      end: (text: string | Buffer) => Object.assign(answer, { body: Readable.from([Buffer.from(text)]) }),
    };
    await this.#door(request as unknown as IncomingMessage, response as unknown as ServerResponse);
    if (cut) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', name: 'ECONNRESET' });
    return { response: answer };
  }
}

/** The part of the SDK's HttpRequest that matters here. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

function bytesOf(body: string | Uint8Array | undefined): Buffer {
  return typeof body === 'object'
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    : Buffer.from(body ?? '');
}

/** Every caller here is an administrator; permissions are `test/stacks/permissions.test.ts`'s. */
const NOBODY_ASKS_IAM = {} as Iam;

/** As the SDK's standard strategy, but it waits on the virtual clock. */
function retriesOn(clock: VirtualClock, attempts: number) {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
  return {
    mode: 'standard',
    acquireInitialRetryToken: () => Promise.resolve(token(0)),
    async refreshRetryTokenForRetry(before: ReturnType<typeof token>, { errorType }: { errorType: string }) {
      const count = before.getRetryCount() + 1;
      if (count >= attempts || !['THROTTLING', 'TRANSIENT'].includes(errorType)) throw new Error('no more retries');
      await clock.sleepAtWork(100 * count);
      return token(count);
    },
    recordSuccess: () => undefined,
  };
}

/** `ec2 ReplaceRoute rtb-1 10.2.0.0/20`, `ec2 ReplaceRoute? …` for a dry run, `dynamodb PutItem lease`. */
function nameOf(service: string, command: string, input: object): string {
  const { RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId, DryRun, Item, Key } =
    input as Record<string, unknown>;
  const item = (Item ?? Key) as { sk?: { S?: string }; pk?: { S?: string } } | undefined;
  const subject = ['swap', 'probe'].includes(item?.pk?.S ?? '') ? item?.sk?.S : item?.pk?.S?.split('#')[0];
  const words = [RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId, subject];
  const action = `${command.replace('Command', '')}${DryRun === true ? '?' : ''}`;
  return [service, action, ...words.filter((word) => typeof word === 'string')].join(' ');
}
