import { availableParallelism } from 'node:os';
import { matchesGlob, relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that start programs, as our stacks in the emulator do too; all others are in-process. The slowest come first. */
const WITH_PROCESSES = [
  'test/demo/{demo,emulate}.test.ts',
  'test/stacks/*.test.ts',
  'test/bench/{naive-ways,swap}.test.ts',
  'test/scenarios/emulated.test.ts',
  'test/router/*.test.ts',
  'test/emulator/platform/*.test.ts',
  'test/emulator/ssm/{agents,run-command}.test.ts',
  'test/simulator/{command-line,mutations}.test.ts',
  'test/cli/{full-disk,launcher}.test.ts',
  'test/lab/{command-line,frr-conf}.test.ts',
  'test/vyos/{quote,report-conf,vyos-check}.test.ts',
  'test/infra/*.test.ts',
  'test/contract/bgp-summary.test.ts',
];

/** In-process, and in the place of a module they put another one: nobody else may find it there. */
const WITH_MOCKS = ['test/functions/route-swap-handler.test.ts'];

/** A slow file that begins last has a processor to itself at the end, and the other one has nothing to do. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const first = WITH_PROCESSES.findIndex((glob) => matchesGlob(relative(import.meta.dirname, moduleId), glob));
      return first === -1 ? WITH_PROCESSES.length : first;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: 'test/test-run.ts',
    // Many tests wait for programs; meanwhile another one may have the processor.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: SlowFirst },
    projects: [
      { extends: true, test: { name: 'with processes', include: WITH_PROCESSES } },
      {
        extends: true,
        test: {
          name: 'in-process',
          include: ['test/**/*.test.ts'],
          exclude: [...WITH_PROCESSES, ...WITH_MOCKS],
          // Holds them to their name.
          setupFiles: 'test/in-process.ts',
          // What they import would else take longer than they do.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'in-process, with mocks', include: WITH_MOCKS, setupFiles: 'test/in-process.ts' },
      },
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
