import { invalidParameter } from './errors.ts';
import type { Tags } from './model/tags.ts';
import type { Filter } from './parameters.ts';

/** The values that a resource has under each filter name. */
export type Fields<T> = Readonly<Record<string, (resource: T) => readonly (string | undefined)[]>>;

/**
 * The resources that match every filter; within a filter any value, with `*` and `?` as wildcards and `\` to escape them.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 * Throws `InvalidParameterValue` for a name that is not in `fields`, `tag:…` or `tag-key`.
 */
export function filtered<T>(
  resources: readonly T[],
  filters: readonly Filter[],
  fields: Fields<T>,
  tagsOf: (resource: T) => Tags = () => ({}),
): T[] {
  const tests = filters.map(({ name, values }) => {
    const read = readerOf(name, fields, tagsOf);
    const plain = new Set(values.filter((value) => !/[*?\\]/.test(value)));
    const patterns = values.filter((value) => !plain.has(value)).map(wildcard);
    const matches = (value: string) => plain.has(value) || patterns.some((pattern) => pattern.test(value));
    return (resource: T) => read(resource).some((value) => value !== undefined && matches(value));
  });
  return resources.filter((resource) => tests.every((test) => test(resource)));
}

function readerOf<T>(
  name: string,
  fields: Fields<T>,
  tagsOf: (resource: T) => Tags,
): (resource: T) => readonly (string | undefined)[] {
  if (name.startsWith('tag:')) return (resource) => [tagsOf(resource)[name.slice('tag:'.length)]];
  if (name === 'tag-key') return (resource) => Object.keys(tagsOf(resource));
  const read = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (read === undefined) throw invalidParameter(`The filter '${name}' is invalid`);
  return read;
}

function wildcard(value: string): RegExp {
  const parts = value.match(/\\.|[*?]|[^*?\\]+|\\$/gs) ?? [];
  const source = parts.map((part) => (part === '*' ? '.*' : part === '?' ? '.' : literal(part)));
  return new RegExp(`^${source.join('')}$`, 's');
}

function literal(text: string): string {
  return text.replace(/^\\(?=.)/s, '').replaceAll(/[\\^$.|+()[\]{}*?]/g, '\\$&');
}
