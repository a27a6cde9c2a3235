import { describe, expect, it } from 'vitest';
import { History } from '#contracts/history.ts';

/** As versions before the tagged union wrote them. */
const old = { at: 1, id: 'x', outcome: 'noted', says: 'So.', owner: 'tokyo-1', epoch: 0, moved: 0, tookMs: 0 };

describe('an entry of an earlier version', () => {
  it.each([
    ['a swap', { ...old, detector: 'serf', reason: 'reported-by-survivor', epoch: 3 }, 'swap'],
    ['a refused switchover', { ...old, detector: 'operator', reason: 'target-unfit', outcome: 'refused' }, 'swap'],
    ['a push', { ...old, detector: 'operator', reason: 'config-pushed' }, 'push'],
    ['a pause', { ...old, detector: 'operator', reason: 'operator' }, 'operator'],
  ])('is read as what it was: %s', (_, entry, kind) => {
    expect(History.parse([entry])).toMatchObject([{ kind, says: 'So.' }]);
  });

  it('of an operator has no epoch', () => {
    const [entry] = History.parse([{ ...old, detector: 'operator', reason: 'operator' }]);
    expect(entry).not.toHaveProperty('epoch');
  });
});
