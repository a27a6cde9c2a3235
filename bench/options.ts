import { parseArgs } from 'node:util';
import type { SiteDetector } from '#topology/topology.ts';

const SITE_DETECTORS: readonly SiteDetector[] = ['serf', 'bfd', 'vrrp'];

/** A command line that cannot be followed; `message` is for the reader. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface CommonOptions {
  /** Undefined: as many as the benchmark finds right. */
  readonly repeat: number | undefined;
  readonly json: boolean;
  readonly save: boolean;
}

export interface SwapOptions extends CommonOptions {
  readonly routes: readonly number[];
  /** 0 to 1. */
  readonly others: number;
}

/** Of a benchmark in a lab. */
export interface LabOptions extends CommonOptions {
  /** Tunnels in clear. */
  readonly plain: boolean;
  /** Directory of the daemons that routers run (`npm run lab -- root make`); undefined: the machine's own. */
  readonly root: string | undefined;
  /** Of the pair's, in place of the example's; undefined: those. */
  readonly detectors: readonly SiteDetector[] | undefined;
}

export type BenchOptions =
  | { readonly bench: 'help' }
  | ({ readonly bench: 'swap' } & SwapOptions)
  | ({ readonly bench: 'outage' } & LabOptions)
  | ({ readonly bench: 'false-alarms' } & LabOptions)
  | ({ readonly bench: 'cold-start' } & CommonOptions);

export const USAGE = `Usage: npm run bench -- <benchmark> [options]

  swap         how long it takes to move 1 to 500 routes, beside naive ways of doing it
    --routes LIST  how many routes (default: 1,10,50,100,200,500)
    --others P     share of the EC2 calls that others in the account get refused, 0 to 0.9 (default: 0)
  outage       how long traffic is out when a router or its uplink dies, beside the design of 2014; in a lab (Linux, root)
  false-alarms what detectors make of lost packets, paused daemons, frozen routers, under several settings; in a lab
    --plain        of these two: tunnels in clear, which needs no strongSwan
    --root DIR     of these two: the daemons of a newer Debian (npm run lab -- root make DIR)
    --detectors L  of these two: what notices a dead router, in place of serf,bfd; of false-alarms, with the default settings alone
  cold-start   how long the functions' code takes to import, beside CDK's default bundling

  --repeat N   rounds (default: more for what is short, one for what takes minutes)
  --json       one JSON object on stdout instead of a table
  --save       keep the raw results, the plot and the table in docs/
  --help

Everything runs against an AWS emulated on this machine.
Exit codes: 0 measured · 1 failed · 2 the command line is wrong · 130 interrupted
`;

const COMMON = {
  repeat: { type: 'string' },
  json: { type: 'boolean', default: false },
  save: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @throws UsageError */
export function readOptions([bench, ...rest]: readonly string[]): BenchOptions {
  switch (bench) {
    case 'swap': {
      const values = parse(() =>
        parseArgs({
          args: rest,
          options: {
            ...COMMON,
            routes: { type: 'string', default: '1,10,50,100,200,500' },
            others: { type: 'string', default: '0' },
          },
        }),
      );
      if (values.help) return { bench: 'help' };
      const [others = 0] = numbers('others', [values.others], { from: 0, to: 0.9, whole: false });
      const routes = numbers('routes', values.routes.split(','), { from: 1, to: 2_000, whole: true });
      return { bench, ...common(values), routes, others };
    }
    case 'outage':
    case 'false-alarms': {
      const options = {
        ...COMMON,
        plain: { type: 'boolean', default: false },
        root: { type: 'string' },
        detectors: { type: 'string' },
      } as const;
      const { plain, root, detectors, ...values } = parse(() => parseArgs({ args: rest, options }));
      if (values.help) return { bench: 'help' };
      return { bench, ...common(values), plain, root, detectors: detectorsIn(detectors) };
    }
    case 'cold-start': {
      const values = parse(() => parseArgs({ args: rest, options: COMMON }));
      return values.help ? { bench: 'help' } : { bench, ...common(values) };
    }
    case '--help':
    case 'help':
      return { bench: 'help' };
    case undefined:
    default:
      throw new UsageError(
        `${bench === undefined ? 'Which benchmark?' : `There is no benchmark "${bench}".`} There are: swap, outage, false-alarms, cold-start`,
      );
  }
}

function common({ repeat, json, save }: { repeat?: string | undefined; json: boolean; save: boolean }): CommonOptions {
  const [rounds] = repeat === undefined ? [] : numbers('repeat', [repeat], { from: 1, to: 1_000, whole: true });
  return { json, save, repeat: rounds };
}

/** @throws UsageError */
function detectorsIn(list: string | undefined): readonly SiteDetector[] | undefined {
  const names = list?.split(',');
  const known = names?.flatMap((name) => SITE_DETECTORS.filter((detector) => detector === name));
  if (known?.length === names?.length) return known;
  throw new UsageError(`--detectors takes some of ${SITE_DETECTORS.join(',')}, not "${list}"`);
}

/** @throws UsageError that names every text that is no such number */
function numbers(
  option: string,
  texts: readonly string[],
  { from, to, whole }: { from: number; to: number; whole: boolean },
): number[] {
  const values = texts.map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
  const fits = (value: number | undefined) =>
    value !== undefined && value >= from && value <= to && (!whole || Number.isInteger(value));
  const wrong = texts.filter((_, index) => !fits(values[index]));
  if (wrong.length === 0) return values;
  const what = whole ? 'whole numbers' : 'a number';
  throw new UsageError(
    `--${option} takes ${what} from ${from} to ${to}, not ${wrong.map((text) => `"${text}"`).join(', ')}`,
  );
}

function parse<T>(read: () => { values: T }): T {
  try {
    return read().values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
