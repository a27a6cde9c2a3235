/** The journal fails, or two functions read it at the same time: what a push says must still be so. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { PushResult } from '#contracts/push-result.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import type { FakeRouter } from './fake-routers.ts';
import { isNew, PushedPair, RENUMBERED } from './pushed-pair.ts';

let pair: PushedPair;
beforeEach(() => {
  pair = new PushedPair();
});

type Failure = 'is not written' | 'is written, and its answer lost';
const FAILURES: readonly Failure[] = ['is not written', 'is written, and its answer lost'];
const HELD = { topology: RENUMBERED, only: 'tokyo-2', hold: true };

/** The store of pushes, whose write number `failing` fails, with `all` also every later one. */
function failingAt(failing: number, failure: Failure, all = false): Pick<PushPorts, 'pushes'> {
  let writes = 0;
  const { store } = pair.pushes;
  const write = async <T>(act: () => Promise<T>): Promise<T> => {
    writes += 1;
    const fails = all ? writes >= failing : writes === failing;
    if (!fails || failure !== 'is not written') {
      const answer = await act();
      if (!fails) return answer;
    }
    throw new Error('TimeoutError: DynamoDB');
  };
  return {
    pushes: {
      ...store,
      begin: (...of) => write(() => store.begin(...of)),
      takeOver: (...of) => write(() => store.takeOver(...of)),
      update: (...of) => write(() => store.update(...of)),
      setPushed: (...of) => write(() => store.setPushed(...of)),
    },
  };
}

/** Does what is said of the standby hold? */
function untrue({ routers }: PushResult): string | undefined {
  const said = routers.find(({ name }) => name === 'tokyo-2');
  const { running, booting, pending }: FakeRouter = pair.standby;
  const runs = isNew(pair.standby) ? 'new' : 'old';
  const boots = isNew(pair.standby) && running.join() === booting.join() ? 'new' : 'old';
  const known =
    said?.runs === runs && said.boots === boots && (pending === undefined) === (said.revertsAt === undefined);
  return known ? undefined : `${JSON.stringify(said)}, and it runs ${runs}, boots ${boots}`;
}

/** Without a result nothing may have been done on the router but what was done before. */
function unsaid(result: PushResult | undefined, before: readonly string[]): string | undefined {
  if (result !== undefined) return untrue(result);
  return pair.standby.acts.join() === before.join() ? undefined : `no result, after ${pair.standby.acts.join()}`;
}

const cases = [1, 2, 3, 4, 5, 6].flatMap((write) =>
  FAILURES.flatMap((failure) => [false, true].map((all) => ({ write, failure, all }))),
);

describe('a write of the journal that fails', () => {
  it.each(cases)(
    'number $write $failure (and all after it: $all): a push that has touched a router says what it has',
    async ({ write, failure, all }) => {
      const agreed = await pair.plan();
      const result = await pair.push({}, failingAt(write, failure, all), agreed).catch(() => undefined);
      expect(unsaid(result, [])).toBeUndefined();
      expect(pair.standby.pending).toBeUndefined();
      // The next run finds what is left, and ends it.
      pair.world.now += 1_000_000;
      await pair.push();
      expect([isNew(pair.standby), pair.pushes.last?.applying]).toEqual([true, undefined]);
    },
  );

  it.each(cases)(
    'number $write $failure (and all after it: $all): nor does the end of a hold keep it back',
    async ({ write, failure, all }) => {
      await pair.push(HELD);
      const end = await pair.ask('confirm', failingAt(write, failure, all)).catch(() => undefined);
      expect(unsaid(end, ['apply'])).toBeUndefined();
    },
  );
});

describe('two runs that read the journal at the same time', () => {
  it('one that cancels a push as it begins does not overwrite its entries', async () => {
    const agreed = await pair.plan(RENUMBERED);
    const { store } = pair.pushes;
    let isApplied = (): void => undefined;
    const applied = new Promise<void>((resolve) => {
      isApplied = resolve;
    });
    // It has read the journal before the run wrote down its router, and takes the lease after it was changed.
    const slow = { takeOver: (...of: Parameters<typeof store.takeOver>) => applied.then(() => store.takeOver(...of)) };
    let undo: Promise<PushResult> | undefined;
    const plain = pair.tools();
    const dying = pair.push(
      HELD,
      {
        ...pair.dies,
        pushes: {
          ...store,
          update: async (journal) => {
            undo ??= pair.ask('undo', { pushes: { ...store, ...slow } });
            await Promise.resolve();
            return store.update(journal);
          },
        },
        applyConfig: async (...of) => {
          const end = await plain.applyConfig(...of);
          isApplied();
          await undo;
          return end;
        },
      },
      agreed,
    );
    await dying.catch(() => undefined);
    const said = await undo;
    expect([said?.outcome, isNew(pair.standby)]).toEqual(['undone', false]);
    expect(said && untrue(said)).toBeUndefined();
  });

  it('a push that begins with what it read before the last one ended does not settle that once more', async () => {
    const agreed = await pair.plan();
    const { store } = pair.pushes;
    let read: ReturnType<typeof store.journal> | undefined;
    const first = pair.whileWaiting(async () => {
      if (pair.standby.pending !== undefined) read = Promise.resolve(await store.journal());
    });
    await pair.push({}, first, agreed);
    expect(await read).toMatchObject({ applying: { router: 'tokyo-2' } });
    let reads = 0;
    const stale = { journal: () => ((reads += 1) === 1 && read !== undefined ? read : store.journal()) };
    const second = await pair.push({ only: 'tokyo-1' }, { pushes: { ...store, ...stale } }, agreed);
    expect([second.outcome, second.settled]).toEqual(['refused', undefined]);
    expect(pair.pushes.last).toMatchObject({ done: ['tokyo-2'], applying: undefined });
  });
});
