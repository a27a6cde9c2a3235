import { expect, test } from 'vitest';
import { commandLine } from './command-line.ts';

test('of a topology that is not deployed are its keys, its deployment and the first bundles', async () => {
  const { exitCode, stdout } = await commandLine(['changes', 'tokyo-virginia.yaml', '--json']);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'vyos-failover.changes/1',
    outcome: 'changes',
    edits: [],
    steps: [
      { kind: 'keys' },
      { kind: 'deploy' },
      { kind: 'bundle', by: 'operator' },
      { kind: 'bundle' },
      { kind: 'push' },
    ],
    refusals: [],
  });
});
