import { expect, test } from 'vitest';
import { shellWord } from '#cli/output/shell-word.ts';

test.each([
  ['/srv/topology-1.yaml', '/srv/topology-1.yaml'],
  ['my $HOME `id`.yaml', "'my $HOME `id`.yaml'"],
  ["it's", String.raw`'it'\''s'`],
  ['', "''"],
])('a shell takes %j as one word', (word, says) => {
  expect(shellWord(word)).toBe(says);
});
