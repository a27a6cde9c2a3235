import { CommanderError } from 'commander';
import { type Options, readOptions } from './options.ts';
import type { Explained, Tally } from './search.ts';

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    Error.stackTraceLimit = 0;
    return options.seed === undefined ? await many(options) : await one(options.seed, options.json);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

// Each loads what it needs: help, and the refusal of a wrong option, need nothing of the product.
async function many({ seeds, from, threads, json }: Options): Promise<number> {
  const [{ searchWithThreads }, { report }] = await Promise.all([import('./threads.ts'), import('./report.ts')]);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  let printedAt = 0;
  const progress = ({ schedules }: Tally) => {
    if (seconds() - printedAt < 5) return;
    printedAt = seconds();
    process.stderr.write(`${schedules} of ${seeds} schedules, ${Math.round(schedules / printedAt)} a second\n`);
  };
  const { tally, found } = await searchWithThreads(from, seeds, threads, progress);
  const explained = found && (await explainSeed(found.seed));
  process.stdout.write(report({ from, tally, seconds: seconds(), explained }, json));
  return explained === undefined ? 0 : 1;
}

async function explainSeed(seed: number): Promise<Explained> {
  const [{ drawSchedule }, { explain }] = await Promise.all([import('./draw-schedule.ts'), import('./search.ts')]);
  return explain(drawSchedule(seed));
}

async function one(seed: number, json: boolean): Promise<number> {
  const [{ drawSchedule }, { simulate }, { timelineOf }] = await Promise.all([
    import('./draw-schedule.ts'),
    import('./simulate.ts'),
    import('./report.ts'),
  ]);
  const schedule = drawSchedule(seed);
  const outcome = await simulate(schedule, { verbose: true });
  const { violation } = outcome;
  const explained = violation && (await explainSeed(seed));
  process.stdout.write(timelineOf({ schedule, outcome, explained }, json));
  return violation === undefined ? 0 : 1;
}
