import { expect, test } from 'vitest';
import { didYouMean } from '#topology/did-you-mean.ts';

const ROUTERS = ['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2'];

test.each([
  ['tokio-1', 'did you mean tokyo-1?'],
  // The active is as near as the standby: neither is suggested alone.
  ['tokyo-9', 'did you mean tokyo-1 or tokyo-2?'],
  ['TOKYO-9', 'did you mean tokyo-1 or tokyo-2?'],
  ['osaka-1', undefined],
  ['', undefined],
])('%j: %s', (word, says) => {
  expect(didYouMean(word, ROUTERS)).toBe(says);
});

test('suggests nothing if too many names are equally near, or there are none', () => {
  expect(didYouMean('r7', ['r1', 'r2', 'r3', 'r4'])).toBe('did you mean r1, r2, r3 or r4?');
  expect(didYouMean('r7', ['r1', 'r2', 'r3', 'r4', 'r5'])).toBeUndefined();
  expect(didYouMean('r7', [])).toBeUndefined();
});
