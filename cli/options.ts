import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConsentOptions } from './prompt.ts';

export const topologyOption = [
  '--topology <FILE>',
  'topology file; - reads standard input (default: $VYOS_FAILOVER_TOPOLOGY, else ./topology.yaml)',
] as const;

export const jsonOption = ['--json', 'print one JSON object to stdout'] as const;

/** For commands about the file itself. */
export const TOPOLOGY_ARGUMENT = 'FILE';
export const topologyArgument = [`[${TOPOLOGY_ARGUMENT}]`, 'topology file; the same as --topology FILE'] as const;

export const siteArgument = ['<SITE>', 'name of the site'] as const;

/** Options of every command that queries a site. */
export interface QueryOptions {
  readonly topology?: string;
  readonly json?: boolean;
}

/** Options of every command that changes something. */
export interface ActionOptions extends QueryOptions, ConsentOptions {
  /** Default: `Environment.user`. */
  readonly by?: string;
  readonly reason: string;
}

export function queryOptions(command: Command): Command {
  return command.option(...topologyOption).option(...jsonOption);
}

/** @param reason false: without --reason */
export function actionOptions(command: Command, { reason = true } = {}): Command {
  if (reason) command.requiredOption('--reason <TEXT>', 'reason, recorded in the history', text(1024));
  return queryOptions(command)
    .option(
      '--by <WHO>',
      'name in the history beside the caller that AWS verified (with --bypass-api in its place; default then: user@host)',
      text(256),
    )
    .option('-n, --dry-run', 'show what would be done, without doing it')
    .option('-y, --yes', 'do not ask for confirmation');
}

/** `--override RULE`, repeated or with commas. It takes one word, because a variadic option would consume the command's arguments. */
export function overrideOption<Rule extends string>(rules: readonly Rule[], description: string): Option {
  return new Option(
    '--override <RULE>',
    `${description}; to override several, repeat the option or separate them with commas`,
  )
    .choices(rules)
    .argParser((value: string, before: readonly Rule[] | undefined) => [
      ...(before ?? []),
      ...value.split(',').map((word) => {
        const rule = rules.find((each) => each === word.trim());
        if (rule === undefined) throw new InvalidArgumentError(`Allowed choices are ${rules.join(', ')}.`);
        return rule;
      }),
    ]);
}

/** A text within the length that the functions accept. */
function text(longest: number) {
  return (value: string): string => {
    const trimmed = value.trim();
    if (trimmed.length >= 1 && trimmed.length <= longest) return trimmed;
    throw new InvalidArgumentError(`It must have 1 to ${longest} characters.`);
  };
}

/** A whole number from `from` to `to`. */
export function wholeNumber(from: number, to: number) {
  return (value: string): number => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= from && number <= to) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };
}
