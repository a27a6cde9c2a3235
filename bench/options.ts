import { Command, InvalidArgumentError, Option } from 'commander';
import type { SiteDetector } from '#topology/topology.ts';
import { PROFILE_NAMES, type ProfileName } from './latency/profiles.ts';

const SITE_DETECTORS: readonly SiteDetector[] = ['serf', 'bfd', 'vrrp'];

export interface CommonOptions {
  /** Rounds; undefined: the benchmark's own number. */
  readonly repeat: number | undefined;
  readonly json: boolean;
  readonly save: boolean;
}

export interface SwapOptions extends CommonOptions {
  readonly routes: readonly number[];
  /** 0 to 1. */
  readonly others: number;
}

export interface PairsOptions extends CommonOptions {
  readonly pairs: readonly number[];
  /** Of each pair. */
  readonly routes: number;
}

/** Options of a benchmark that runs in a lab. */
export interface LabOptions extends CommonOptions {
  /** Tunnels without encryption. */
  readonly plain: boolean;
  /** Directory of the daemons that routers run (`npm run lab -- root make`); undefined: the machine's own. */
  readonly root: string | undefined;
  /** Detectors of the pair in place of the example's; undefined: the example's. */
  readonly detectors: readonly SiteDetector[] | undefined;
}

export interface OutageOptions extends LabOptions {
  readonly latency: ProfileName;
  /** Each failure finds the function without an execution environment. */
  readonly cold: boolean;
}

const NOTHING_GIVEN: OutageOptions = {
  repeat: undefined,
  json: false,
  save: false,
  plain: false,
  root: undefined,
  detectors: undefined,
  latency: 'lab',
  cold: false,
};

export type BenchOptions =
  | ({ readonly bench: 'swap' } & SwapOptions)
  | ({ readonly bench: 'outage' } & OutageOptions)
  | ({ readonly bench: 'latency' } & LabOptions)
  | ({ readonly bench: 'false-alarms' } & LabOptions)
  | ({ readonly bench: 'pairs' } & PairsOptions)
  | ({ readonly bench: 'cold-start' } & CommonOptions)
  | ({ readonly bench: 'wait' } & CommonOptions);

/**
 * Reads the command line.
 *
 * @throws CommanderError, after its text was printed: for help (exit code 0) and for a command line that is wrong
 */
export function readOptions(argv: readonly string[]): BenchOptions {
  let options: BenchOptions | undefined;
  benchCommand((read) => (options = read)).parse(argv, { from: 'user' });
  if (options === undefined) throw new Error('commander read no benchmark and reported no mistake');
  return options;
}

function benchCommand(take: (options: BenchOptions) => void): Command {
  const program = new Command('npm run bench --')
    .description('Measures the project against an AWS that is emulated on this machine.')
    .usage('<benchmark> [options]')
    .commandsGroup('Benchmarks:')
    .exitOverride()
    .showHelpAfterError('See npm run bench -- --help')
    .addHelpText(
      'after',
      `
Options of every benchmark:
  --repeat N   rounds (default: more for a short benchmark, one for a benchmark of minutes)
  --json       print one JSON object instead of a table
  --save       keep the raw results, the plot and the table in docs/

Exit codes: 0 measured · 1 failed · 2 the command line is wrong · 130 or 143 interrupted; the labs are removed`,
    );
  const benchmark = <Name extends BenchOptions['bench']>(bench: Name, description: string): Command =>
    withCommonOptions(program.command(bench).usage('[options]').description(description)).action((options: object) => {
      take({ ...NOTHING_GIVEN, ...options, bench } as BenchOptions);
    });

  benchmark('swap', 'time to move 1 to 500 routes, compared with simple ways to do it')
    .option('--routes <list>', 'numbers of routes', wholeNumbers(1, 2_000), [1, 10, 50, 100, 200, 500])
    .option(
      '--others <share>',
      'share of EC2 calls that other callers in the account get throttled, 0 to 0.9',
      share,
      0,
    );
  withLabOptions(
    benchmark('outage', 'traffic outage when a router or its uplink fails, compared with the 2014 design (lab)'),
  )
    .addOption(new Option('--latency <profile>', 'how fast the emulated AWS is').choices(PROFILE_NAMES).default('lab'))
    .option('--cold', 'end the idle environments of route-swap before each failure');
  withLabOptions(
    benchmark('latency', 'outage when a router fails, by the latency of AWS: one phase, two, cold, warm, 2014 (lab)'),
  );
  withLabOptions(benchmark('false-alarms', 'false alarms of the detectors under packet loss and paused daemons (lab)'));
  benchmark('pairs', 'time until the routes of many pairs have moved that share the throttle of an account (simulated)')
    .option('--pairs <list>', 'numbers of pairs that fail at once', wholeNumbers(1, 500), [1, 10, 30, 100])
    .option('--routes <n>', 'routes of each pair', wholeNumber(1, 200), 10);
  benchmark(
    'cold-start',
    "import time of the functions' code, compared with CDK's default bundling; their times by size of memory",
  );
  benchmark('wait', 'how long a confirmed report should wait for the answer to the suspected one (computed)');
  return program;
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--repeat <n>', 'rounds', wholeNumber(1, 1_000))
    .option('--json', 'print one JSON object instead of a table')
    .option('--save', 'keep the raw results, the plot and the table in docs/');
}

/** A lab needs Linux and root. */
function withLabOptions(command: Command): Command {
  return command
    .option('--plain', 'tunnels without encryption; needs no strongSwan')
    .option('--root <dir>', 'daemons of a newer Debian (npm run lab -- root make DIR)')
    .option('--detectors <list>', `detectors in place of serf,bfd; any of ${SITE_DETECTORS.join(',')}`, detectorsIn);
}

/** @throws InvalidArgumentError */
function detectorsIn(list: string): readonly SiteDetector[] {
  const names = list.split(',');
  const known = names.flatMap((name) => SITE_DETECTORS.filter((detector) => detector === name));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`It takes some of ${SITE_DETECTORS.join(',')}.`);
}

/** A parser of a list of whole numbers; its error names every text that is not one. */
function wholeNumbers(from: number, to: number): (list: string) => number[] {
  return (list) => {
    const texts = list.split(',');
    const fits = (text: string) => /^\d+$/.test(text.trim()) && Number(text) >= from && Number(text) <= to;
    const wrong = texts.filter((text) => !fits(text));
    if (wrong.length === 0) return texts.map(Number);
    const named = wrong.map((text) => `"${text}"`).join(', ');
    throw new InvalidArgumentError(`It takes whole numbers from ${from} to ${to}, not ${named}.`);
  };
}

function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const [number, ...more] = wholeNumbers(from, to)(text);
    if (number === undefined || more.length > 0) throw new InvalidArgumentError('It takes one number.');
    return number;
  };
}

/** @throws InvalidArgumentError */
function share(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 0.9) return value;
  throw new InvalidArgumentError('It takes a number from 0 to 0.9.');
}
