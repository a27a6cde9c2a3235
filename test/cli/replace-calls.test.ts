import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stepViews } from '#cli/views/replace-calls.ts';
import type { Preview } from '#contracts/preview.ts';
import { loaded } from '../stacks/site-under-test.ts';
import { examplesFolder } from './command-line.ts';

const step = { table: 'rtb-1', destination: '10.2.0.0/20', from: 'eni-0a1b2c3d4e5f60099' };

test.each([
  ['created.yaml', 'tokyo-1'],
  ['tokyo-virginia.yaml', step.from],
])('in %s an interface that the file does not have is shown as %s', (file, from) => {
  const topology = loaded(readFileSync(`${examplesFolder}/${file}`, 'utf8'), file);
  const preview = { plan: { to: { router: 'tokyo-2' }, steps: [step] } } as unknown as Preview;
  expect(stepViews(preview, topology)).toEqual([{ table: 'rtb-1', destination: '10.2.0.0/20', from, to: 'tokyo-2' }]);
});
