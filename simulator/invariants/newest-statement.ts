import type { Item } from '#simulator/dynamodb/conditions.ts';
import { valueAt } from '#simulator/dynamodb/conditions.ts';
import type { Invariant } from './invariant.ts';

const KEPT = ['statement', 'heartbeat', 'contact', 'testimony'];

export const newestStatement: Invariant = {
  name: 'newest-statement',
  holds: 'what a router said last of itself, or of another one, stands, in whatever order its words arrive',
  watch: () => ({
    stored: (run, { sk, before, after }) => {
      const kind = sk.split('#')[0] ?? '';
      if (!KEPT.includes(kind) || before === undefined || after === undefined) return undefined;
      return saidAt(after) < saidAt(before) ? `${run.id} makes an older word stand (${sk})` : undefined;
    },
  }),
};

const saidAt = (item: Item) => Number(valueAt(item, ['word', 'at'])?.N);
