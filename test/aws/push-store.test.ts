import type { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { PushStore } from '#aws/push-store.ts';
import type { PushJournal } from '#contracts/push-journal.ts';

/** DynamoDB's: 400 KB for an item, names and values. */
const LARGEST_ITEM = 400 * 1024;
/** 3,427 lines of some 120 characters, as a router with 99 tunnels has them. */
const LINES = Array.from(
  { length: 3_427 },
  (_, n) =>
    `set vpn ipsec site-to-site peer far-end-of-another-site-${n % 99} authentication remote-id 203.0.113.${n % 250} # ${n} ${'x'.repeat(20)}`,
);

/** A table that keeps what is put into it, by sort key. */
function table() {
  const items = new Map<string, NonNullable<PutItemCommand['input']['Item']>>();
  const send = ({
    input,
  }: {
    input: { Item?: NonNullable<PutItemCommand['input']['Item']>; Key?: { sk: { S: string } } };
  }) => {
    if (input.Item !== undefined) items.set(input.Item['sk']?.S ?? '', input.Item);
    return Promise.resolve({ Item: items.get(input.Key?.sk.S ?? '') });
  };
  return { items, store: new PushStore({ send } as unknown as DynamoDBClient, 'stored') };
}

const journal: PushJournal = {
  id: 'push-1',
  by: 'ann',
  at: 1,
  run: 'run-1',
  leasedUntil: 2,
  done: ['tokyo-2'],
  finished: false,
  applying: {
    router: 'tokyo-1',
    attempt: 'run-1',
    state: 'applying',
    recorded: 'unknown',
    undoneBy: 3,
    commands: 3_427,
    lines: LINES,
    others: [],
  },
};

const TOKYO_1 = { name: 'tokyo-1', eni: 'eni-01' };

describe('the store of pushes', () => {
  it('knows a router by its interface under another name, and no other interface by its name', async () => {
    const { store } = table();
    await store.setPushed(TOKYO_1, { lines: ['set a'], at: 1, id: 'push-1' });
    expect((await store.pushed({ name: 'tokyo-a', eni: 'eni-01' }))?.lines).toEqual(['set a']);
    expect(await store.pushed({ name: 'tokyo-1', eni: 'eni-02' })).toBeUndefined();
  });

  it('takes the whole configuration of 99 tunnels, and gives it back', async () => {
    expect(LINES.join('\n').length).toBeGreaterThan(LARGEST_ITEM);
    const { items, store } = table();
    expect(await store.update(journal)).toBe(true);
    await store.setPushed(TOKYO_1, { lines: LINES, at: 1, id: 'push-1' });
    for (const item of items.values()) expect(JSON.stringify(item).length).toBeLessThan(LARGEST_ITEM / 4);
    expect(await store.journal()).toEqual(journal);
    expect(await store.pushed(TOKYO_1)).toEqual({ lines: LINES, at: 1, id: 'push-1' });
  });

  it('still reads what an earlier release wrote as a list', async () => {
    const { items, store } = table();
    const pushed = { M: { lines: { L: [{ S: 'set a' }] }, at: { N: '1' }, id: { S: 'push-0' } } };
    items.set('pushed#tokyo-1', { sk: { S: 'pushed#tokyo-1' }, pushed });
    expect(await store.pushed(TOKYO_1)).toEqual({ lines: ['set a'], at: 1, id: 'push-0' });
  });

  it('has no lines where there are none, and nothing where nothing was written', async () => {
    const { store } = table();
    expect([await store.journal(), await store.pushed(TOKYO_1)]).toEqual([undefined, undefined]);
    await store.setPushed(TOKYO_1, { lines: [], at: 1, id: 'push-1' });
    expect((await store.pushed(TOKYO_1))?.lines).toEqual([]);
    const { applying: _, ...idle } = journal;
    await store.update(idle);
    expect(await store.journal()).toEqual(idle);
  });
});
