import { parseArgs } from 'node:util';
import { drawSchedule } from './draw-schedule.ts';
import { report, timelineOf } from './report.ts';
import { explain, type Tally } from './search.ts';
import { simulate } from './simulate.ts';
import { searchWithThreads } from './threads.ts';

const USAGE = `Usage: npm run simulate -- [--seeds N] [--from S] [--threads N] [--json]
       npm run simulate -- --seed S [--json]

  --seeds N     so many schedules (default 1000), those of the seeds from S on (--from, default 0)
  --seed S      one schedule, with its timeline; if it fails, the least schedule that fails so
  --threads N   default 2
  --json        one object on stdout
  --help

Ends 0 if every invariant held, 1 if one was broken, 2 if the command line is wrong.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const asked = read(args);
  if (asked === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (asked === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  Error.stackTraceLimit = 0;
  return asked.seed === undefined ? many(asked) : one(asked.seed, asked.json);
}

interface Asked {
  readonly seeds: number;
  readonly from: number;
  readonly seed: number | undefined;
  readonly threads: number;
  readonly json: boolean;
}

/** Undefined: not a command line that we know. */
function read(args: readonly string[]): Asked | 'help' | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { seeds: text, from: text, seed: text, threads: text, json: flag, help: flag },
    });
    if (values.help) return 'help';
    const seed = values.seed === undefined ? undefined : whole('seed', values.seed, 0);
    const [seeds, from, threads] = [
      whole('seeds', values.seeds ?? '1000', 1),
      whole('from', values.from ?? '0', 0),
      whole('threads', values.threads ?? '2', 1),
    ];
    return { seeds, from, threads, seed, json: values.json };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/** `from`: the least that means anything. No schedule at all would break no invariant. @throws RangeError */
function whole(option: string, text: string, from: 0 | 1): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= from) return Number(text);
  throw new RangeError(`--${option} takes a whole number from ${from} to 999999999, not "${text}"`);
}

async function many({ seeds, from, threads, json }: Asked): Promise<number> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  let told = 0;
  const progress = ({ schedules }: Tally) => {
    if (seconds() - told < 5) return;
    told = seconds();
    process.stderr.write(`${schedules} of ${seeds} schedules, ${Math.round(schedules / told)} a second\n`);
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
