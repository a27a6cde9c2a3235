import { Command, InvalidArgumentError, Option } from 'commander';

export interface DemoOptions {
  readonly topology: string;
  readonly fail: Failure;
  /** Factor by which the modelled timers run faster than in reality. Above 1 the demo uses its Serf stand-in. */
  readonly speed: number;
  readonly json: boolean;
  /** Serves a live page in place of the story. */
  readonly ui: boolean;
  /** Of the page; 0: any free port. */
  readonly port: number;
}

/** `router`: power loss of an active router. `uplink`: the router runs and cannot reach the other sites. */
export type Failure = 'router' | 'uplink';

/** The topology cannot be played; `message` says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the command line.
 *
 * @throws CommanderError, after its text was printed: for help (exit code 0) and for a command line that is wrong
 */
export function readOptions(argv: readonly string[]): DemoOptions {
  const program = new Command('npm run demo --')
    .usage('[options]')
    .description(
      'Deploys a topology into an AWS emulated on this machine, breaks its active router, and shows how the routes move, compared with the same failure in the 2014 design.',
    )
    .addOption(new Option('--fail <what>', 'what breaks').choices(['router', 'uplink']).default('router'))
    .option('--speed <n>', 'run the modelled timers N times faster, 1 to 20', speedOf, 1)
    .option('--topology <file>', 'the topology file', 'examples/tokyo-virginia.yaml')
    .option('--json', 'print one JSON object instead of the story')
    .addOption(
      new Option('--ui', 'serve a page on 127.0.0.1, on which you break routers and watch, until Ctrl-C').conflicts([
        'fail',
        'speed',
        'json',
      ]),
    )
    .option('--port <n>', 'port of the page; 0: any free port', portOf, 0)
    .exitOverride()
    .showHelpAfterError('See npm run demo -- --help')
    .addHelpText(
      'after',
      `
Exit codes: 0 the traffic came back · 1 it did not, or an error occurred
            2 the command line or the topology is wrong
            130 interrupted · 143 terminated; the demo first ends every process that it started`,
    );
  const options = program.parse(argv, { from: 'user' }).opts<DemoOptions>();
  const { json, ui } = program.opts<{ json?: true; ui?: true }>();
  return { ...options, json: json === true, ui: ui === true };
}

/** @throws InvalidArgumentError */
function speedOf(text: string): number {
  const factor = Number(text);
  if (factor >= 1 && factor <= 20) return factor;
  throw new InvalidArgumentError('It takes a number from 1 to 20.');
}

/** @throws InvalidArgumentError */
function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It takes a number from 0 to 65535.');
}
