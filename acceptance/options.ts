import { Command, InvalidArgumentError } from 'commander';

export interface AcceptanceOptions {
  /** Profile of the AWS configuration; undefined: the environment's credentials. */
  readonly profile: string | undefined;
  /** The topology to deploy, under the name `acceptance`. */
  readonly topology: string;
  /** The SSM agent's package; undefined: what the topology names, relative to its file. */
  readonly agent: string | undefined;
  readonly switchovers: number;
  /** Changes of a route that are measured in each Region before the deployment; 0: none. */
  readonly flips: number;
  /** Folder of the report and of what the run writes. */
  readonly out: string;
  readonly yes: boolean;
  /** Check and show the price, and change nothing. */
  readonly dryRun: boolean;
  /** Only remove what an earlier run left. */
  readonly destroy: boolean;
}

/**
 * Reads the command line.
 *
 * @throws CommanderError, after its text was printed: for help (exit code 0) and for a command line that is wrong
 */
export function readOptions(argv: readonly string[]): AcceptanceOptions {
  const program = new Command('npm run acceptance --')
    .usage('[options]')
    .description(
      'Deploys the create example into two Regions of an AWS account, measures switchovers and failures, writes a report, and destroys everything. ' +
        'It shows the account and the price, and asks before it creates anything. See docs/first-account.md.',
    )
    .option('--profile <name>', 'profile of the AWS configuration (default: the credentials of the environment)')
    .option('--topology <file>', 'topology to deploy, under the name "acceptance"', 'examples/created.yaml')
    .option('--agent <file>', "the SSM agent's package (default: the topology's ssmAgent)")
    .option('--switchovers <n>', 'number of switchovers, 1 to 100', numberFrom(1, 100), 10)
    .option(
      '--flips <n>',
      'number of route changes whose latency is measured in each Region, 0 to 500',
      numberFrom(0, 500),
      200,
    )
    .option('--out <folder>', 'folder of the report', 'acceptance.out')
    .option('-n, --dry-run', 'check the account, show the price, and change nothing')
    .option('-y, --yes', 'do not ask for the account id')
    .option('--destroy', 'only remove what an earlier run has left')
    .exitOverride()
    .showHelpAfterError('See npm run acceptance -- --help')
    .addHelpText(
      'after',
      `
Exit codes: 0 measured and destroyed · 1 something failed: the report and the last lines say what
            2 the command line is wrong, or the account is not ready; nothing was created
            4 declined · 130 interrupted; everything is destroyed first (a second Ctrl-C stops that, and names what is left)`,
    );
  const given = program.parse(argv, { from: 'user' }).opts<Partial<AcceptanceOptions>>();
  return {
    profile: given.profile,
    topology: given.topology ?? 'examples/created.yaml',
    agent: given.agent,
    switchovers: given.switchovers ?? 10,
    flips: given.flips ?? 200,
    out: given.out ?? 'acceptance.out',
    yes: given.yes === true,
    dryRun: given.dryRun === true,
    destroy: given.destroy === true,
  };
}

/** @throws InvalidArgumentError */
function numberFrom(least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
  };
}
