import { AwsError } from '#emulator/service.ts';
import type { Ec2, Ec2Call, Ec2Client } from './ec2.ts';
import type { Platform, Run } from './platform.ts';
import type { LeaseItem, MemoryOfSite, SiteMemory } from './site-memory.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Watch } from './watch.ts';

/** What stands against a call now; set by events. */
export class Weather {
  storeDown = 0;
  ec2Errors = 0;
  ec2Busy = 0;
  staleReads = 0;
  storeAnswersToLose = 0;
  ec2AnswersToLose = 0;

  clear(): void {
    Object.assign(this, new Weather());
  }
}

export interface Between {
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly platform: Platform;
  readonly watch: Watch;
}

/** As our clients are bounded (`aws/bounds.ts`). */
const STORE_ATTEMPTS = 2;
const STORE_ANSWERS_WITHIN_MS = 1_000;
const EC2_ATTEMPTS = 3;
const EC2_ANSWERS_WITHIN_MS = 2_000;
const STORE_MS = 6;
const EC2_MS = 25;

/** As the SDK's: its name and, for an answer that did not come, its words. */
export class NetworkError extends Error {
  override readonly name = 'TimeoutError';
}

/** The site's memory, with a network in between: calls take time, fail, or are done and their answer is lost. */
export function storeOverNetwork(store: MemoryOfSite, run: Run, between: Between): SiteMemory {
  const { time, weather, platform, watch } = between;
  const over =
    <A extends readonly unknown[], R>(name: keyof SiteMemory, act: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      platform.call(run, async () => {
        for (let attempt = 1; ; attempt++) {
          const answer = await once(name, args, act);
          if (answer !== undefined) return answer.value;
          if (attempt === STORE_ATTEMPTS) {
            run.storeFailed = true;
            throw new NetworkError('the store does not answer');
          }
          await time.sleep(run.chance.between(20, 100) * attempt);
        }
      });
  const once = async <A extends readonly unknown[], R>(
    name: keyof SiteMemory,
    args: A,
    act: (...args: A) => Promise<R>,
  ): Promise<{ readonly value: R } | undefined> => {
    await time.sleep(run.chance.latency(STORE_MS));
    if (weather.storeDown > time.now()) {
      await time.sleep(run.chance.oneOf([10, STORE_ANSWERS_WITHIN_MS]));
      return undefined;
    }
    const before: LeaseItem | undefined = store.lease;
    const value = await act(...args);
    watch.stored(run, name, args, value, before);
    if (weather.storeAnswersToLose > 0) {
      weather.storeAnswersToLose -= 1;
      await time.sleep(STORE_ANSWERS_WITHIN_MS);
      return undefined;
    }
    await time.sleep(run.chance.latency(STORE_MS));
    return { value };
  };
  return {
    recall: over('recall', (id) => store.recall(id)),
    remember: over('remember', (router, statement) => store.remember(router, statement)),
    beat: over('beat', (router, heartbeat) => store.beat(router, heartbeat)),
    testify: over('testify', (testimony) => store.testify(testimony)),
    setPause: over('setPause', (pause, instead) => store.setPause(pause, instead)),
    setHealth: over('setHealth', (health) => store.setHealth(health)),
    setMaintenance: over('setMaintenance', (router, maintenance) => store.setMaintenance(router, maintenance)),
    rememberProbes: over('rememberProbes', (rounds) => store.rememberProbes(rounds)),
    begin: over('begin', (journal, memory, now) => store.begin(journal, memory, now)),
    renew: over('renew', (epoch, id, now) => store.renew(epoch, id, now)),
    release: over('release', (epoch, remaining, now) => store.release(epoch, remaining, now)),
    answer: over('answer', (id, answer) => store.answer(id, answer)),
    record: over('record', (entry) => store.record(entry)),
    history: over('history', (limit) => store.history(limit)),
  };
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Readonly<Record<string, unknown>>;
}

/** What our adapters take for an EC2 client; `attempts` as the SDK would make them. */
export function ec2OverNetwork(ec2: Ec2, run: Run, between: Between, attempts = EC2_ATTEMPTS): Ec2Client {
  const { time, platform } = between;
  const send = (command: Command): Promise<unknown> =>
    platform.call(run, async () => {
      const call = { name: command.constructor.name.replace(/Command$/, ''), input: command.input };
      for (let attempt = 1; ; attempt++) {
        try {
          return await callEc2(ec2, call, run, between);
        } catch (error) {
          const passing = error instanceof Error && PASSING.has(error.name);
          if (!passing || attempt >= attempts) throw error;
          await time.sleep(run.chance.between(50, 200) * 2 ** attempt);
        }
      }
    });
  return { send } as unknown as Ec2Client;
}

const PASSING: ReadonlySet<string> = new Set(['TimeoutError', 'InternalError', 'RequestLimitExceeded']);

async function callEc2(ec2: Ec2, call: Ec2Call, run: Run, { time, weather, watch }: Between): Promise<unknown> {
  const writes = call.input.DryRun === false;
  if (writes) watch.issues(run, call);
  await time.sleep(run.chance.latency(EC2_MS));
  if (weather.ec2Errors > time.now() && run.chance.happens(0.5)) throw named('InternalError', 'An internal error.');
  if (weather.ec2Busy > time.now()) ec2.drain(call.name, 100);
  let answer: unknown;
  try {
    answer = ec2.perform(call, weather.staleReads > time.now() && run.chance.happens(0.5));
  } catch (error) {
    await time.sleep(run.chance.latency(EC2_MS));
    throw error instanceof AwsError ? named(error.code, error.message) : error;
  }
  if (writes) watch.written(run, call);
  if (weather.ec2AnswersToLose > 0 && writes) {
    weather.ec2AnswersToLose -= 1;
    await time.sleep(EC2_ANSWERS_WITHIN_MS);
    throw new NetworkError('no answer in time');
  }
  await time.sleep(run.chance.latency(EC2_MS));
  return answer;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
