import type { Template } from '#emulator/assembly.ts';
import { AwsError } from '#emulator/service.ts';

/**
 * The values of a template's parameters, as given: those in `given`, otherwise the default.
 *
 * @throws AwsError `ValidationError`, in CloudFormation's words
 */
export function parameterValues(
  declared: Template['Parameters'],
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => declared[name] === undefined);
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values = Object.entries(declared).map(([name, { Default }]): [string, string | undefined] => [
    name,
    given[name] ?? (Default === undefined ? undefined : textOf(Default)),
  ]);
  const missing = values.filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  const known = Object.fromEntries(values.map(([name, value]) => [name, value ?? '']));
  for (const [name, { AllowedValues }] of Object.entries(declared)) {
    if (AllowedValues !== undefined && !AllowedValues.map(textOf).includes(known[name] ?? ''))
      throw invalid(
        `Parameter '${name}' must be one of AllowedValues: [${AllowedValues.map(textOf).join(', ')}], not ${known[name]}`,
      );
  }
  return known;
}

/** Values with those of SSM parameters, which are read at every creation and update, in place of their names. */
export function resolveParameters(
  declared: Template['Parameters'],
  values: Readonly<Record<string, string>>,
  ssmParameter: (name: string) => string | undefined,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      isSsmParameter(declared[name]?.Type ?? '') ? ssmParameter(value) : value,
    ]),
  );
}

/** Whether a parameter's value is the name of an SSM parameter. */
export function isSsmParameter(type: string): boolean {
  return type.startsWith('AWS::SSM::Parameter::Value');
}

/** Whether its value is a list, which templates and calls write with commas. */
export function isList(type: string): boolean {
  return type === 'CommaDelimitedList' || /List</.test(type);
}

/** A value as CloudFormation shows it. */
export function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
