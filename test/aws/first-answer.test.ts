import { describe, expect, it } from 'vitest';
import { firstAnswer } from '#aws/first-answer.ts';
import { siteStore } from '#aws/site-store/site-store.ts';
import { NOTHING_STORED } from '#failover/stored-state.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import { nameOf } from '#simulator/command-name.ts';
import { type Command, clientOf, refusal, storeOn } from '#simulator/dynamodb/direct.ts';
import { ConditionFailed, Table } from '#simulator/dynamodb/table.ts';

const never = () => new Promise<never>(() => undefined);
const failing = (message: string) => () => Promise.reject(new Error(message));

/** Calls whose answers are these, in turn. */
function inTurn<T>(...answers: (() => Promise<T>)[]): () => Promise<T> {
  return () => (answers.shift() ?? never)();
}

describe('a call that is sent twice', () => {
  it.each([
    ['second', inTurn<string>(never, () => Promise.resolve('answer'))],
    ['first', inTurn<string>(() => Promise.resolve('answer'), never)],
  ])('has the answer of the %s one, if the other is never answered', async (_, call) => {
    expect(await firstAnswer(call).answer).toBe('answer');
  });

  it('fails only if both do, with what the first one threw', async () => {
    const call = inTurn(failing('throttled'), () => Promise.resolve('answer'));
    expect(await firstAnswer(call).answer).toBe('answer');
    await expect(firstAnswer(inTurn(failing('throttled'), failing('reset'))).answer).rejects.toThrow('throttled');
  });

  it.each([
    [['refused', 'reset'], 'reset'],
    [['reset', 'refused'], 'reset'],
    [['refused', 'refused'], 'refused'],
  ] as const)(
    'whose copies end with %j fails with %s: a copy without an answer may be carried out',
    async ([first, second], thrown) => {
      const isRefusal = (error: unknown) => error instanceof Error && error.message === 'refused';
      const { answer } = firstAnswer(inTurn(failing(first), failing(second)), isRefusal);
      await expect(answer).rejects.toThrow(thrown);
    },
  );
});

describe('the store of a site', () => {
  const NOTHING = { stored: NOTHING_STORED, lease: undefined, evidence: {}, heartbeats: {}, contacts: {} };
  const journal: SwapJournal = {
    epoch: 1,
    to: { router: 'tokyo-2', eni: 'eni-2' },
    steps: 1,
    reason: 'reported-by-survivor',
    says: 'It failed.',
    automatic: true,
    trigger: 'report-1',
    run: 'run-1',
    beganAt: 0,
  };

  type Fate = 'answered' | 'lost';

  /** On a table whose calls wait until they are let through, or lost. */
  function heldStore() {
    const table = new Table(() => 0, 100);
    const held: ((fate: Fate) => void)[] = [];
    const send = async (command: Command): Promise<unknown> => {
      const fate = await new Promise<Fate>((resolve) => held.push(resolve));
      if (fate === 'lost') throw new Error('no answer');
      try {
        return table.perform(nameOf(command), command.input, 0).output;
      } catch (error) {
        throw error instanceof ConditionFailed ? refusal(command.input, error) : error;
      }
    };
    return { store: siteStore(clientOf(send), 'site'), held, others: storeOn(table) };
  }
  const letAllThrough = (held: ((fate: Fate) => void)[]) => {
    for (const proceed of held.splice(0)) proceed('answered');
  };

  it('answers a read that is sent twice when each query is answered once', async () => {
    const { store, held } = heldStore();
    const found = store.read(undefined, { twice: true });
    expect(held).toHaveLength(4);
    held[1]?.('answered');
    held[2]?.('answered');
    expect(await found).toMatchObject({ stored: { epoch: 0 } });
  });

  it('withdraws a tentative swap when both copies of its write are answered: the slower one is not left behind', async () => {
    const { store, held } = heldStore();
    const began = store.beginTentatively(journal, NOTHING, 0);
    const [first, second] = held.splice(0);
    first?.('answered');
    expect(await began).toBe(true);
    const withdrawal = store.withdraw(journal, { lease: undefined });
    await Promise.resolve();
    letAllThrough(held);
    second?.('answered');
    await new Promise((resolve) => setImmediate(resolve));
    letAllThrough(held);
    await withdrawal;
    const read = store.read();
    letAllThrough(held);
    const { epoch, tentative } = (await read).stored;
    expect({ epoch, tentative }).toEqual({ epoch: 0, tentative: undefined });
  });

  it('takes no lease unnoticed: a copy of its write may be refused for the swap of another run, and the other carried out after its withdrawal', async () => {
    const { store, held, others } = heldStore();
    const began = store.beginTentatively(journal, NOTHING, 0);
    const [first, second] = held.splice(0);
    const other = { ...journal, run: 'run-2' };
    await others.beginTentatively(other, NOTHING, 0);
    first?.('answered');
    await new Promise((resolve) => setImmediate(resolve));
    await others.withdraw(other, NOTHING);
    second?.('answered');

    const hasBegun = await began;
    await new Promise((resolve) => setImmediate(resolve));
    expect({ hasBegun, lease: (await others.read()).stored.tentative?.run }).toEqual({
      hasBegun: true,
      lease: 'run-1',
    });
  });

  it('lets no swap wait for the slower copy of a write that was carried out', async () => {
    const { store, held } = heldStore();
    const began = store.beginTentatively(journal, NOTHING, 0);
    held[1]?.('answered');
    expect(await began).toBe(true);
  });

  it('does not say that a swap has not begun, if one copy of its write is refused, and nobody knows what became of the other one', async () => {
    const { store, held, others } = heldStore();
    const began = store.beginTentatively(journal, NOTHING, 0);
    await others.beginTentatively({ ...journal, run: 'run-2' }, NOTHING, 0);
    const [first, second] = held.splice(0);
    first?.('answered');
    second?.('lost');
    await expect(began).rejects.toThrow('no answer');
  });

  it('begins no tentative swap if both copies are refused', async () => {
    const { store, held, others } = heldStore();
    await others.beginTentatively({ ...journal, run: 'run-2' }, NOTHING, 0);
    const began = store.beginTentatively(journal, NOTHING, 0);
    letAllThrough(held);
    expect(await began).toBe(false);
  });
});
