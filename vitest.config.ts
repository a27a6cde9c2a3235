import { availableParallelism } from 'node:os';
import { matchesGlob, relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that run our stacks, or others, in the emulator, whose functions are programs. The slowest come first. */
const EMULATED = [
  'test/stacks/*.test.ts',
  'test/created/*.test.ts',
  'test/acceptance/run.test.ts',
  'test/bench/{naive-ways,swap}.test.ts',
  'test/scenarios/emulated.test.ts',
  'test/emulator/{platform,cloudformation}/*.test.ts',
  'test/emulator/ec2/created-*.test.ts',
  'test/emulator/ssm/{agents,run-command}.test.ts',
];

/**
 * Tests that start other programs. All that are in neither list are in-process. The shortest come last: the in-process tests wait for
 * the last of these.
 */
const PROGRAMS = [
  'test/demo/{demo,emulate,live}.test.ts',
  'test/router/*.test.ts',
  'test/simulator/{command-line,mutations}.test.ts',
  'test/infra/**/*.test.ts',
  'test/ui/page.test.ts',
  'test/cli/{completion,full-disk,launcher,push-interrupt}.test.ts',
  'test/bench/remove-on-signal.test.ts',
  'test/lab/{already-up,command-line,frr-conf}.test.ts',
  'test/vyos/{quote,report-conf,vyos-check}.test.ts',
  'test/acceptance/probe.test.ts',
  'test/cli/route-latency-meter.test.ts',
  'test/contract/bgp-summary.test.ts',
  'test/contract/pair-bfd.test.ts',
];

/** Of the in-process tests those that take 3 s and more. Some are short files, which Vitest would begin last. */
const LONG_IN_PROCESS = [
  'test/failover/every-observation.test.ts',
  'test/scenarios/scenarios.test.ts',
  'test/functions/interruptions.test.ts',
  'test/cli/{rollout,push-matrix}.test.ts',
  'test/simulator/{schedules,found}.test.ts',
  'test/aws/bounds.test.ts',
  'test/topology/any-text.test.ts',
];

const SLOWEST_FIRST = [...PROGRAMS.slice(0, 1), ...EMULATED, ...PROGRAMS.slice(1), ...LONG_IN_PROCESS];

/** A slow file that begins last has a processor to itself at the end, and the other one has nothing to do. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const first = SLOWEST_FIRST.findIndex((glob) => matchesGlob(relative(import.meta.dirname, moduleId), glob));
      return first === -1 ? SLOWEST_FIRST.length : first;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: 'test/test-run.ts',
    // Several threads that collect garbage save no time where all processors are busy.
    execArgv: ['--single-threaded-gc'],
    // Node itself strips types and resolves imports: what runs here is what runs in production, without Vite's wrappers around imports.
    experimental: { viteModuleRunner: false },
    sequence: { sequencer: SlowFirst },
    // `isolate: false` where what the files import, over and over, took as long as they do themselves.
    projects: [
      {
        extends: true,
        test: {
          // One project: a worker for each of two lists would load the emulator, CDK and the SDK a second time.
          name: 'programs',
          include: [...EMULATED, ...PROGRAMS],
          // Many tests wait for programs; meanwhile another one may have the processor.
          maxWorkers: availableParallelism() + 4,
          isolate: false,
          // These wait for real programs on a machine that others use too. One that needs its second try is marked as such in the output.
          retry: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'in-process',
          include: ['test/**/*.test.ts'],
          exclude: [...EMULATED, ...PROGRAMS],
          // Holds them to their name.
          setupFiles: 'test/in-process.ts',
          // They never wait: another worker would only load everything once more.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
          isolate: false,
        },
      },
    ],
    // Ends what hangs. A machine that others use too may need five times as long as a quiet one.
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
