/** The first half of validation: each value by itself, by the schema; and the part of the file that passes. */
import type * as z from 'zod';
import { didYouMean, nearestTo } from './did-you-mean.ts';
import type { IssueParams } from './fields.ts';
import type { Fault, Path } from './mistakes.ts';
import { renderPath, show } from './mistakes.ts';
import { type TopologyFile, topologyFile } from './schema.ts';
import { descriptionAt, exampleAt, keysAt } from './schema-at.ts';

type Issue = z.core.$ZodIssue;

/** The values that are valid by themselves; the others are absent. The cross checks run on what is left. */
export type PartialFile = DeepPartial<z.input<typeof topologyFile>>;
type DeepPartial<T> = T extends readonly (infer Item)[]
  ? readonly (DeepPartial<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> }
    : T;

export interface Shape {
  readonly faults: readonly Fault[];
  readonly partial: PartialFile;
  /** Present where there are no faults. */
  readonly file: TopologyFile | undefined;
}

export function checkShape(value: unknown): Shape {
  const parsed = topologyFile.safeParse(value);
  if (parsed.success) return { faults: [], partial: value as PartialFile, file: parsed.data };
  const issues = parsed.error.issues.flatMap(flatten);
  const faults = withoutMisspelled(issues.flatMap((issue) => faultsOf(issue, value)));
  const pruned = structuredClone(value);
  for (const fault of faults) prune(pruned, fault.path);
  // Every value with an issue has been removed, so the rest has the schema's types.
  const partial = faults.some(({ path }) => path.length === 0) ? {} : (pruned as PartialFile);
  return { faults, partial, file: undefined };
}

/** Of a union, the issues of the branch that has the value's own type. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find(
    (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  if (meant === undefined) return [issue];
  return meant.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
}

function faultsOf(issue: Issue, value: unknown): Fault[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], path));
  return [{ path, ...valueFault(issue, path, valueAt(value, path)) }];
}

/** A misspelled key is not reported as missing too. */
function withoutMisspelled(faults: readonly Fault[]): Fault[] {
  const meant = new Set(
    faults.flatMap(({ kind, path }) => {
      if (kind !== 'unknown-key') return [];
      const parent = path.slice(0, -1);
      return nearestTo(String(path.at(-1)), keysAt(topologyFile, parent)).map((key) => renderPath([...parent, key]));
    }),
  );
  return faults.filter(({ kind, path }) => kind !== 'missing-key' || !meant.has(renderPath(path)));
}

function unknownKey(path: Path, parent: Path): Fault {
  const key = String(path.at(-1));
  const known = keysAt(topologyFile, parent);
  const hint = didYouMean(key, known) ?? `valid keys: ${known.join(', ')}`;
  return { kind: 'unknown-key', path, at: 'key', fault: `unknown key ${show(key)}`, hint };
}

function valueFault(issue: Issue, path: Path, value: unknown): Omit<Fault, 'path'> {
  if (value === undefined) return missing(path);
  if (issue.code === 'custom') return issue.params as unknown as IssueParams;
  if (issue.code === 'too_small' || issue.code === 'too_big') return outOfRange(issue, value);
  if (issue.code === 'invalid_type') return wrongType(issue.expected, path, value);
  if (issue.code !== 'invalid_value') return wrongType('an id or a mapping', path, value);
  return typeof value === 'string' ? wrongChoice(issue.values.map(String), value) : wrongType('string', path, value);
}

function missing(path: Path): Omit<Fault, 'path'> {
  const key = String(path.at(-1));
  return { kind: 'missing-key', fault: `${key} is missing`, hint: hintFor(path) };
}

function wrongType(expected: string, path: Path, value: unknown): Omit<Fault, 'path'> {
  const kind = 'wrong-type';
  if (path.length === 0) {
    const fault = `a topology is a mapping; this file is ${value === null ? 'empty' : typeName(value)}`;
    return { kind, fault, hint: 'start from one of the files in examples/' };
  }
  if (expected === 'int' && typeof value === 'number') {
    return { kind, fault: `${show(value)} is not a whole number`, hint: hintFor(path) };
  }
  const fault = `expected ${expectedName(expected)}, found ${typeName(value)}`;
  // `vyos: 1.4` is a number to YAML (and 1.10 would be 1.1).
  if (typeof value === 'number' && Number.isFinite(value) && path.at(-1) === 'vyos')
    return { kind, fault, hint: `put it in quotes: "${value}"` };
  return { kind, fault, hint: hintFor(path) };
}

function wrongChoice(choices: readonly string[], value: string): Omit<Fault, 'path'> {
  // A version number that resembles another one is not a misspelling.
  const hint = (/[a-z]/.test(value) ? didYouMean(value, choices) : undefined) ?? `write one of ${choices.join(', ')}`;
  return { kind: 'wrong-value', fault: `${show(value)} is not one of ${choices.join(', ')}`, hint };
}

function outOfRange(issue: Issue & { code: 'too_small' | 'too_big' }, value: unknown): Omit<Fault, 'path'> {
  const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  if (!Array.isArray(value))
    return { kind: 'wrong-value', fault: `${show(value)} is out of range`, hint: `use ${bound}` };
  return { kind: 'count', fault: `${count(value.length)}; there must be ${bound}`, hint: 'add or remove entries' };
}

function count(entries: number): string {
  return `${entries} ${entries === 1 ? 'entry' : 'entries'}`;
}

function hintFor(path: Path): string {
  const description = descriptionAt(topologyFile, path) ?? 'see the JSON Schema of the topology';
  const example = exampleAt(topologyFile, path);
  return example === undefined ? description : `${description} Example: ${example}`;
}

function expectedName(expected: string): string {
  const names: Record<string, string> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  return names[expected] ?? expected;
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  const names: Record<string, string> = {
    string: 'text',
    number: 'a number',
    boolean: 'true or false',
    object: 'a mapping',
  };
  return names[typeof value] ?? typeof value;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (parent, step) => (isObject(parent) && Object.hasOwn(parent, step) ? parent[step] : undefined),
    value,
  );
}

/** Removes a faulty value. A list entry becomes undefined, so that the paths of the others stay valid. */
function prune(value: unknown, path: Path): void {
  const parent = valueAt(value, path.slice(0, -1));
  const key = path.at(-1);
  if (!isObject(parent) || key === undefined) return;
  if (Array.isArray(parent)) parent[Number(key)] = undefined;
  else delete parent[key];
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
