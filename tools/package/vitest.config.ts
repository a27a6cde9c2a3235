import { defineConfig } from 'vitest/config';

/** What a user of the packed library gets. Behaviour is tested by `npm test`, of the sources. */
export default defineConfig({
  test: {
    include: ['test/library/*.package.ts'],
    globalSetup: 'test/test-run.ts',
    experimental: { viteModuleRunner: false },
    // npm and the compiler on a machine that others use too.
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
