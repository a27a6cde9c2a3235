import { BOUNDED_STORE } from '#aws/bounds.ts';
import { type AwsFaults, NetworkError } from '#simulator/aws-faults.ts';
import { nameOf } from '#simulator/command-name.ts';
import type { Platform, Run } from '#simulator/platform.ts';
import type { VirtualTime } from '#simulator/virtual-time.ts';
import { type Command, clientOf, type DynamoDbClient, refusal } from './direct.ts';
import { ConditionFailed, type Input, type Table, type Write } from './table.ts';

/** Makes DynamoDB's client worse than it is, for a test. */
export interface ClientBug {
  readonly input?: (input: Input) => Input;
  readonly output?: (output: object) => object;
}

export interface StoreNetwork {
  readonly time: VirtualTime;
  readonly faults: AwsFaults;
  readonly platform: Platform;
  readonly table: Table;
  readonly clientBug?: ClientBug | undefined;
  /** A write took effect. */
  readonly stored: (run: Run, write: Write) => void;
}

const ATTEMPTS = BOUNDED_STORE.maxAttempts;
const ANSWERS_WITHIN_MS = BOUNDED_STORE.requestHandler.requestTimeout;
const USUAL_MS = 6;
/** The oldest that an eventually consistent read shows. */
const STALE_MS = 1_500;

/** A client of the site's table, with a network in between: calls take time, fail, or take effect while their answer is lost. */
export function dynamoDbOverNetwork(run: Run, network: StoreNetwork): DynamoDbClient {
  const { input: bendInput = same, output: bendOutput = same } = network.clientBug ?? {};
  const send = (command: Command): Promise<unknown> =>
    network.platform.call(run, async () => {
      const name = nameOf(command);
      const input = bendInput(command.input);
      for (let attempt = 1; ; attempt++) {
        const output = await once(name, input, run, network);
        if (output !== undefined) return bendOutput(output);
        if (attempt === ATTEMPTS) {
          run.storeFailed += 1;
          throw new NetworkError('the store does not answer');
        }
        await network.time.sleep(run.chance.between(20, 100) * attempt);
      }
    });
  return clientOf(send);
}

const same = <T>(value: T): T => value;

/** One attempt; undefined: no answer came in time. */
async function once(name: string, input: Input, run: Run, network: StoreNetwork): Promise<object | undefined> {
  const { time, faults } = network;
  const reads = name === 'GetItem' || name === 'Query';
  await time.sleep(run.chance.latency(USUAL_MS));
  if (faults.storeDown > time.now()) {
    await time.sleep(run.chance.oneOf([10, ANSWERS_WITHIN_MS]));
    return undefined;
  }
  if (!reads && faults.storeReadOnly > time.now()) {
    await time.sleep(10);
    return undefined;
  }
  if (!reads && faults.storeLateWrites.calls > 0) {
    const { calls, byMs } = faults.storeLateWrites;
    faults.storeLateWrites = { calls: calls - 1, byMs };
    await time.sleep(ANSWERS_WITHIN_MS);
    time.after(byMs, () => performLate(name, input, run, network));
    return undefined;
  }
  const output = perform(name, input, run, network);
  if (faults.storeAnswersToLose > 0) {
    faults.storeAnswersToLose -= 1;
    await time.sleep(ANSWERS_WITHIN_MS);
    return undefined;
  }
  await time.sleep(run.chance.latency(USUAL_MS));
  if (output instanceof Error) throw output;
  return output;
}

function perform(name: string, input: Input, run: Run, { table, stored }: StoreNetwork): object {
  const stale = input.ConsistentRead !== true && run.chance.happens(0.5) ? run.chance.between(0, STALE_MS) : 0;
  try {
    const { output, write } = table.perform(name, input, stale);
    if (write !== undefined) stored(run, write);
    return output;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return refusal(input, error);
  }
}

/** The caller no longer waits for it. */
function performLate(name: string, input: Input, run: Run, network: StoreNetwork): void {
  perform(name, input, run, network);
}
