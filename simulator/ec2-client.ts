import { BOUNDED } from '#aws/bounds.ts';
import { AwsError } from '#emulator/service.ts';
import { type AwsFaults, awsError, NetworkError } from './aws-faults.ts';
import { nameOf, type SdkCommand } from './command-name.ts';
import type { Ec2, Ec2Call, Ec2Client } from './ec2.ts';
import type { Platform, Run } from './platform.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Ec2Network {
  readonly time: VirtualTime;
  readonly faults: AwsFaults;
  readonly platform: Platform;
  readonly ec2: Ec2;
  /** A write leaves its run. */
  readonly issued: (run: Run, call: Ec2Call) => void;
  /** A write took effect; `late`: its client had given it up. */
  readonly written: (run: Run, call: Ec2Call, late: boolean) => void;
}

const ATTEMPTS = BOUNDED.maxAttempts;
const ANSWERS_WITHIN_MS = BOUNDED.requestHandler.requestTimeout;
const USUAL_MS = 25;

interface Command extends SdkCommand {
  readonly input: Readonly<Record<string, unknown>>;
}

/** An EC2 client for the adapters in aws/; `attempts` as the SDK makes them. */
export function ec2OverNetwork(run: Run, network: Ec2Network, attempts: number = ATTEMPTS): Ec2Client {
  const send = (command: Command): Promise<unknown> =>
    network.platform.call(run, async () => {
      const call = { name: nameOf(command), input: command.input };
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(call, run, network);
        } catch (error) {
          const passing = error instanceof Error && PASSING.has(error.name);
          if (!passing || attempt >= attempts) throw error;
          await network.time.sleep(run.chance.between(50, 200) * 2 ** attempt);
        }
      }
    });
  return { send } as unknown as Ec2Client;
}

const PASSING: ReadonlySet<string> = new Set(['TimeoutError', 'InternalError', 'RequestLimitExceeded']);

async function once(call: Ec2Call, run: Run, network: Ec2Network): Promise<unknown> {
  const { time, faults, ec2, issued } = network;
  const writes = call.input.DryRun === false;
  if (writes) issued(run, call);
  await time.sleep(run.chance.latency(USUAL_MS));
  if (faults.ec2Errors > time.now() && run.chance.happens(0.5)) throw awsError('InternalError', 'An internal error.');
  if (faults.ec2Busy > time.now()) ec2.drain(call.name, 100);
  if (writes && faults.ec2LateWrites.calls > 0) return writeLate(call, run, network);
  let answer: unknown;
  try {
    answer = ec2.perform(call, faults.staleReads > time.now() && run.chance.happens(0.5));
  } catch (error) {
    await time.sleep(run.chance.latency(USUAL_MS));
    throw error instanceof AwsError ? awsError(error.code, error.message) : error;
  }
  if (writes) network.written(run, call, false);
  if (faults.ec2AnswersToLose > 0 && writes) {
    faults.ec2AnswersToLose -= 1;
    await time.sleep(ANSWERS_WITHIN_MS);
    throw new NetworkError('no answer in time');
  }
  await time.sleep(run.chance.latency(USUAL_MS));
  return answer;
}

/** The client gives up; EC2 executes or refuses the call later, and its answer is lost. */
async function writeLate(call: Ec2Call, run: Run, { time, faults, ec2, written }: Ec2Network): Promise<never> {
  const { calls, byMs } = faults.ec2LateWrites;
  faults.ec2LateWrites = { calls: calls - 1, byMs };
  run.lateWrites += 1;
  await time.sleep(ANSWERS_WITHIN_MS);
  time.after(byMs, () => {
    try {
      ec2.perform(call, false);
      written(run, call, true);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  });
  throw new NetworkError('no answer in time');
}
