import { isObject } from '#emulator/aws-json.ts';

export interface ParameterDefinition {
  readonly type: 'String' | 'StringList' | 'Boolean' | 'Integer';
  readonly default: readonly string[] | undefined;
  readonly allowedPattern: string | undefined;
  readonly allowedValues: readonly string[] | undefined;
  readonly minChars: number | undefined;
  readonly maxChars: number | undefined;
  /** ENV_VAR: the script gets the value as `$SSM_<name>`. Otherwise the text of the script is changed. */
  readonly asEnvironment: boolean;
}

/** A Command document of schema 2.2 with its one `aws:runShellScript` step. */
export interface CommandDocument {
  readonly description: string;
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  readonly step: string;
  readonly runCommand: readonly string[];
  /** Seconds or `{{ parameter }}`. Default 3600. */
  readonly timeoutSeconds: string;
}

/**
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 * Throws `Error` naming everything in the document that AWS would refuse or that this emulator cannot run.
 */
export function readDocument(name: string, content: string): CommandDocument {
  const mistakes: string[] = [];
  const root = parsed(content);
  if (root['schemaVersion'] !== '2.2')
    mistakes.push(`schemaVersion is ${shown(root['schemaVersion'])}, only 2.2 is run here`);
  const parameters = isObject(root['parameters']) ? root['parameters'] : {};
  const definitions = Object.entries(parameters).map(
    ([key, value]) => [key, definitionOf(key, value, mistakes)] as const,
  );
  const steps = Array.isArray(root['mainSteps']) ? root['mainSteps'].filter(isObject) : [];
  const [step = {}] = steps;
  if (steps.length !== 1) mistakes.push(`mainSteps has ${steps.length} steps, only one is run here`);
  if (step['action'] !== 'aws:runShellScript')
    mistakes.push(`the step's action is ${shown(step['action'])}, not aws:runShellScript`);
  const inputs = isObject(step['inputs']) ? step['inputs'] : {};
  const runCommand = inputs['runCommand'];
  if (!isLines(runCommand)) mistakes.push('inputs.runCommand is not a list of lines');
  if (mistakes.length > 0) throw new Error(`SSM document ${name} cannot be run:\n${mistakes.join('\n')}`);
  return {
    description: typeof root['description'] === 'string' ? root['description'] : '',
    parameters: Object.fromEntries(definitions),
    step: typeof step['name'] === 'string' ? step['name'] : 'runShellScript',
    runCommand: isLines(runCommand) ? runCommand : [],
    timeoutSeconds: shown(inputs['timeoutSeconds'] ?? '3600'),
  };
}

function parsed(content: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function definitionOf(name: string, value: unknown, mistakes: string[]): ParameterDefinition {
  const raw = isObject(value) ? value : {};
  const type = raw['type'];
  const known = type === 'String' || type === 'StringList' || type === 'Boolean' || type === 'Integer';
  if (!known) mistakes.push(`parameters.${name}.type is ${shown(type)}`);
  if (!/^[a-zA-Z0-9_]+$/.test(name)) mistakes.push(`parameters.${name}: letters, digits and _ only`);
  const allowedPattern = typeof raw['allowedPattern'] === 'string' ? raw['allowedPattern'] : undefined;
  if (allowedPattern !== undefined && !isPattern(allowedPattern)) {
    mistakes.push(`parameters.${name}.allowedPattern is no regular expression: ${allowedPattern}`);
  }
  return {
    type: known ? type : 'String',
    default: listOf(raw['default']),
    allowedPattern,
    allowedValues: listOf(raw['allowedValues']),
    minChars: typeof raw['minChars'] === 'number' ? raw['minChars'] : undefined,
    maxChars: typeof raw['maxChars'] === 'number' ? raw['maxChars'] : undefined,
    asEnvironment: raw['interpolationType'] === 'ENV_VAR',
  };
}

function listOf(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(shown) : [shown(value)];
}

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === 'string');
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source).source !== '';
  } catch {
    return false;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing');
}
