import { AwsError } from '#emulator/service.ts';
import type { CommandDocument, ParameterDefinition } from './document-content.ts';

export type ParameterValues = Readonly<Record<string, readonly string[]>>;

/** What the agent runs. */
export interface Script {
  readonly text: string;
  /** `SSM_<name>` for parameters with `interpolationType: ENV_VAR`. */
  readonly env: Readonly<Record<string, string>>;
  /** Execution timeout. */
  readonly timeoutMs: number;
}

/** The values with the document's defaults. Throws `InvalidParameters` with every mistake. */
export function checkedValues({ parameters }: CommandDocument, given: ParameterValues): ParameterValues {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  const values = Object.entries(parameters).map(
    ([name, definition]) => [name, given[name] ?? definition.default] as const,
  );
  const mistakes = [
    ...unknown.map((name) => `Parameter "${name}" is not defined in the document.`),
    ...Object.entries(parameters).flatMap(([name, definition]) =>
      mistakesIn(name, definition, given[name] ?? definition.default),
    ),
  ];
  if (mistakes.length > 0) throw new AwsError('InvalidParameters', mistakes.join(' '));
  return Object.fromEntries(values.map(([name, value]) => [name, value ?? []]));
}

function mistakesIn(name: string, definition: ParameterDefinition, values: readonly string[] | undefined): string[] {
  if (values === undefined) return [`Parameter "${name}" requires a value.`];
  if (definition.type !== 'StringList' && values.length !== 1) return [`Parameter "${name}" takes exactly one value.`];
  const { allowedPattern, allowedValues, minChars = 0, maxChars = Number.POSITIVE_INFINITY } = definition;
  const typed: Partial<Record<ParameterDefinition['type'], RegExp>> = { Boolean: /^(true|false)$/, Integer: /^-?\d+$/ };
  // Whether AWS anchors a pattern by itself is [unverified]; taken as written, a pattern that forgot to shows here.
  const pattern = allowedPattern === undefined ? undefined : new RegExp(allowedPattern);
  const isAllowed = (value: string) =>
    (typed[definition.type]?.test(value) ?? true) &&
    (pattern?.test(value) ?? true) &&
    (allowedValues?.includes(value) ?? true) &&
    value.length >= minChars &&
    value.length <= maxChars;
  return values.every(isAllowed) ? [] : [`Parameter "${name}" has a value that the document does not allow.`];
}

/**
 * The script for checked values: `{{ name }}` replaced in its text, unless the parameter is an environment variable. Throws
 * `InvalidParameters`.
 */
export function scriptOf(document: CommandDocument, values: ParameterValues): Script {
  const inText = Object.entries(values).filter(([name]) => document.parameters[name]?.asEnvironment !== true);
  const inEnvironment = Object.entries(values).filter(([name]) => document.parameters[name]?.asEnvironment === true);
  const textValues = Object.fromEntries(inText);
  const timeout = filled(document.timeoutSeconds, values);
  if (!/^\d{1,6}$/.test(timeout)) throw new AwsError('InvalidParameters', `timeoutSeconds is ${timeout}, not seconds.`);
  return {
    text: `${document.runCommand.map((line) => filled(line, textValues)).join('\n')}\n`,
    env: Object.fromEntries(inEnvironment.map(([name, value]) => [`SSM_${name}`, value.join('\n')])),
    timeoutMs: Number(timeout) * 1000,
  };
}

/** `{{ name }}` of a name that is no parameter stays as it is. */
function filled(text: string, values: ParameterValues): string {
  return text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? []).join('\n') : whole,
  );
}
