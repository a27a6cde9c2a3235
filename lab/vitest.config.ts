import { defineConfig } from 'vitest/config';

/** Real daemons on one machine: one lab, one test after the other. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.lab.ts'],
    fileParallelism: false,
    // Says the reason where it skips.
    reporters: ['verbose'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
