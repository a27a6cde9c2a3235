import { Command, InvalidArgumentError } from 'commander';

export interface Options {
  /** Number of schedules. */
  readonly seeds: number;
  /** Seed of the first of them. */
  readonly from: number;
  /** Undefined: many schedules and no timeline. */
  readonly seed: number | undefined;
  readonly threads: number;
  readonly json: boolean;
}

type Given = Omit<Options, 'seed' | 'json'> & { readonly seed?: number; readonly json?: boolean };

/**
 * Reads the command line.
 *
 * @throws CommanderError, after its text was printed: for help (exit code 0) and for a command line that is wrong
 */
export function readOptions(argv: readonly string[]): Options {
  const program = new Command('npm run simulate --')
    .usage('[--seeds N] [--from S] [--threads N] [--json]\n       npm run simulate -- --seed S [--json]')
    .description('Runs random schedules of failures against the invariants of docs/simulator.md.')
    .option('--seeds <n>', 'number of schedules', wholeFrom(1), 1000)
    .option('--from <s>', 'seed of the first schedule', wholeFrom(0), 0)
    .option('--seed <s>', 'one schedule with its timeline; if it fails, the smallest one that fails so', wholeFrom(0))
    .option('--threads <n>', 'number of worker threads', wholeFrom(1), 2)
    .option('--json', 'print one JSON object')
    .exitOverride()
    .showHelpAfterError()
    .addHelpText('after', '\nExit codes: 0 every invariant held · 1 one was broken · 2 the command line is wrong');
  const { seed, json = false, ...rest } = program.parse(argv, { from: 'user' }).opts<Given>();
  return { ...rest, seed, json };
}

/** A run of no schedules would hold every invariant, so `least` is 1 for the number of them. */
function wholeFrom(least: 0 | 1): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`It takes a whole number from ${least} to 999999999.`);
  };
}
