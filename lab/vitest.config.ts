import { defineConfig } from 'vitest/config';

/** Real daemons on one machine: one lab, one test after the other. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.lab.ts'],
    fileParallelism: false,
    // Says the reason where it skips.
    reporters: ['verbose'],
    // What other work on a shared machine has upset goes well the second time; what is wrong does not.
    retry: 1,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
