import type { Item } from '#simulator/dynamodb/conditions.ts';
import { valueAt } from '#simulator/dynamodb/conditions.ts';
import type { Invariant } from './invariant.ts';

/** Kinds of sort keys in the store. */
const KEPT = ['statement', 'heartbeat', 'contact', 'testimony'];

export const newestReport: Invariant = {
  name: 'newest-report',
  holds: 'the newest report of a router is kept, whatever the order of arrival',
  watch: () => ({
    stored: (run, { sk, before, after }) => {
      const kind = sk.split('#')[0] ?? '';
      if (!KEPT.includes(kind) || before === undefined || after === undefined) return undefined;
      return saidAt(after) < saidAt(before) ? `${run.id} replaces a newer report with an older one (${sk})` : undefined;
    },
  }),
};

const saidAt = (item: Item) => Number(valueAt(item, ['word', 'at'])?.N);
