import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly topology: string;
  readonly fail: Failure;
  /** How many times faster than in reality the modelled timers run. Above 1 the real serf cannot take part. */
  readonly speed: number;
  readonly json: boolean;
}

/** `router`: power cut of an active router. `uplink`: it lives, its way to the other sites does not. */
export type Failure = 'router' | 'uplink';

export const USAGE = `Usage: npm run demo -- [options]

Deploys a topology into an AWS emulated on this machine, breaks its active router,
and shows how its routes move, beside the same failure handled the way of 2014.

  --fail router|uplink   what breaks (default: router)
  --speed N              run the modelled timers N times faster (default: 1)
  --topology FILE        default: examples/tokyo-virginia.yaml
  --json                 one JSON object on stdout instead of the story
  --help

Exit codes: 0 the traffic came back · 1 it did not, or something failed
            2 the command line or the topology is wrong
            130 interrupted · 143 terminated; whatever it started is ended before
`;

/** A command line that cannot be followed; `message` is for the reader. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function readOptions(argv: readonly string[]): DemoOptions | 'help' {
  const { values } = parse(argv);
  if (values.help) return 'help';
  const { fail, speed, topology, json } = values;
  if (fail !== 'router' && fail !== 'uplink') throw new UsageError(`--fail takes router or uplink, not "${fail}"`);
  const factor = Number(speed);
  if (!(factor >= 1 && factor <= 20)) throw new UsageError(`--speed takes a number from 1 to 20, not "${speed}"`);
  return { topology, fail, speed: factor, json };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        topology: { type: 'string', default: 'examples/tokyo-virginia.yaml' },
        fail: { type: 'string', default: 'router' },
        speed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
