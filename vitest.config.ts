import { defineConfig } from 'vitest/config';

/** Real Serf agents at the demo's own addresses: a second of its kind would be in their way. */
const ALONE = ['test/demo/*.test.ts', 'test/router/real-serf.test.ts'];

export default defineConfig({
  test: {
    globalSetup: 'test/test-run.ts',
    // Many tests wait for real programs; a processor left free for that, as is the default, stays idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: { name: 'side by side', include: ['test/**/*.test.ts'], exclude: ALONE },
      },
      {
        extends: true,
        test: { name: 'alone', include: ALONE, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
