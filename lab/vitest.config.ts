import { defineConfig } from 'vitest/config';

/** Real daemons on one machine: one lab, one test after the other. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.lab.ts'],
    fileParallelism: false,
    // Prints the reason for skipped tests.
    reporters: ['verbose'],
    // One retry, for failures caused by other load on a shared machine.
    retry: 1,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
