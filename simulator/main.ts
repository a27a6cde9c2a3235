import { CommanderError } from 'commander';
import { drawSchedule } from './draw-schedule.ts';
import { type Options, readOptions } from './options.ts';
import { report, timelineOf } from './report.ts';
import { explain, type Tally } from './search.ts';
import { simulate } from './simulate.ts';
import { searchWithThreads } from './threads.ts';

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

async function many({ seeds, from, threads, json }: Options): Promise<number> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  let printedAt = 0;
  const progress = ({ schedules }: Tally) => {
    if (seconds() - printedAt < 5) return;
    printedAt = seconds();
    process.stderr.write(`${schedules} of ${seeds} schedules, ${Math.round(schedules / printedAt)} a second\n`);
  };
  const { tally, found } = await searchWithThreads(from, seeds, threads, progress);
  const explained = found && (await explain(drawSchedule(found.seed)));
  process.stdout.write(report({ from, tally, seconds: seconds(), explained }, json));
  return explained === undefined ? 0 : 1;
}

async function one(seed: number, json: boolean): Promise<number> {
  const schedule = drawSchedule(seed);
  const outcome = await simulate(schedule, { verbose: true });
  const { violation } = outcome;
  const explained = violation && (await explain(schedule));
  process.stdout.write(timelineOf({ schedule, outcome, explained }, json));
  return violation === undefined ? 0 : 1;
}
