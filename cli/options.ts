import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConsentOptions } from './prompt.ts';
import { topologyOption } from './topology-file.ts';

/** What every command that asks a site takes. */
export interface QueryOptions {
  readonly topology?: string;
  readonly json?: boolean;
}

/** What every command that changes something takes besides. */
export interface ActionOptions extends QueryOptions, ConsentOptions {
  /** Default: `Outside.user`. */
  readonly by?: string;
  readonly reason: string;
}

export function queryOptions(command: Command): Command {
  return command.option(...topologyOption).option('--json', 'one JSON object on stdout');
}

/** @param reason false: this act needs none */
export function actionOptions(command: Command, { reason = true } = {}): Command {
  if (reason) command.requiredOption('--reason <TEXT>', 'why; it stands in the history', text(1024));
  return queryOptions(command)
    .option('--by <WHO>', 'who, for the history (default: user@host)', text(256))
    .option('-n, --dry-run', 'show what would be done, and do nothing')
    .option('-y, --yes', 'do not ask');
}

/** `--override RULE`, once for each rule or with commas; never more than one word, or it would swallow the command's argument. */
export function overrideOption<Rule extends string>(rules: readonly Rule[], description: string): Option {
  return new Option('--override <RULE>', `${description}; for several, again or with commas`)
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

/** What the function takes for such a text. */
function text(longest: number) {
  return (value: string): string => {
    const trimmed = value.trim();
    if (trimmed.length >= 1 && trimmed.length <= longest) return trimmed;
    throw new InvalidArgumentError(`It has 1 to ${longest} characters.`);
  };
}

/** A whole number within bounds. */
export function wholeNumber(from: number, to: number) {
  return (value: string): number => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= from && number <= to) return number;
    throw new InvalidArgumentError(`It is a whole number from ${from} to ${to}.`);
  };
}
