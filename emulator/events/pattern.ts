/**
 * EventBridge's event patterns.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export type EventPattern = Readonly<Record<string, unknown>>;

/**
 * Refuses, when a rule is made, what EventBridge does not accept, and operators that are not emulated. Empty lists and objects are not allowed
 * (`JsonRuleCompiler` of https://github.com/aws/event-ruler, the matcher of EventBridge).
 */
export function checkPattern(pattern: unknown, key = 'the pattern'): void {
  if (typeof pattern !== 'object' || pattern === null)
    throw new Error(`Event pattern: "${key}" must be a list or an object, not ${JSON.stringify(pattern)}.`);
  if (Object.keys(pattern).length === 0) throw new Error(`Event pattern: "${key}" must not be empty.`);
  if (Array.isArray(pattern)) {
    for (const matcher of pattern) matches({ probe: [matcher] }, { probe: ['x', 0] });
    return;
  }
  for (const [name, inner] of Object.entries(pattern)) {
    if (name === '$or' && Array.isArray(inner)) for (const each of inner) checkPattern(each, name);
    else checkPattern(inner, name);
  }
}

/** Whether the event matches. Throws for an operator that is not emulated. */
export function matches(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === '$or') return list(wanted, '$or').some((each) => isObject(each) && matches(each, event));
    const value = isObject(event) ? event[key] : undefined;
    if (Array.isArray(wanted)) return wanted.some((matcher) => field(matcher, value));
    if (isObject(wanted)) {
      const objects = nodes(value).filter(isObject);
      return objects.length === 0 ? matches(wanted, undefined) : objects.some((each) => matches(wanted, each));
    }
    throw new Error(`Event pattern: "${key}" must be a list or an object, not ${JSON.stringify(wanted)}.`);
  });
}

/**
 * One matcher of a leaf's list, against the field's values: one is enough. Only leaves are values, so an object is none, and an empty list has
 * none (`Event` of event-ruler).
 */
function field(matcher: unknown, value: unknown): boolean {
  const values = nodes(value).filter((each) => !isObject(each));
  if (isObject(matcher) && 'exists' in matcher) return values.length > 0 === matcher['exists'];
  return values.some((each) => single(matcher, each));
}

/** The elements of a list and of the lists in it; of another value, itself. */
function nodes(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  return value === undefined ? [] : [value];
}

function single(matcher: unknown, value: unknown): boolean {
  if (!isObject(matcher)) return matcher === value;
  const [[name, argument] = ['', undefined], ...more] = Object.entries(matcher);
  const operator = operators[name];
  if (operator === undefined || more.length > 0)
    throw new Error(`Event pattern: ${JSON.stringify(matcher)} is no operator that is emulated.`);
  return operator(argument, value);
}

type Operator = (argument: unknown, value: unknown) => boolean;

const operators: Readonly<Record<string, Operator>> = {
  prefix: (argument, value) => affix(argument, value, (text, part) => text.startsWith(part)),
  suffix: (argument, value) => affix(argument, value, (text, part) => text.endsWith(part)),
  'equals-ignore-case': (argument, value) =>
    isText(value) && isText(argument) && value.toLowerCase() === argument.toLowerCase(),
  wildcard: (argument, value) => isText(value) && isText(argument) && wildcard(argument).test(value),
  'anything-but': (argument, value) => {
    if (Array.isArray(argument)) return !argument.includes(value);
    if (!isObject(argument)) return argument !== value;
    // `{ "anything-but": { "prefix": ["a", "b"] } }`: none of them.
    const [[name, inner] = ['', undefined]] = Object.entries(argument);
    const excluded: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
    return isText(value) && excluded.every((each) => !single({ [name]: each }, value));
  },
  numeric: (argument, value) => typeof value === 'number' && inRange(list(argument, 'numeric'), value),
};

function affix(argument: unknown, value: unknown, test: (text: string, part: string) => boolean): boolean {
  if (!isText(value)) return false;
  if (isText(argument)) return test(value, argument);
  const folded = isObject(argument) ? argument['equals-ignore-case'] : undefined;
  return isText(folded) && test(value.toLowerCase(), folded.toLowerCase());
}

function inRange(argument: readonly unknown[], value: number): boolean {
  for (let index = 0; index < argument.length; index += 2) {
    const bound = Number(argument[index + 1]);
    const compare = comparisons[String(argument[index])];
    if (compare === undefined) throw new Error(`Event pattern: numeric knows no "${String(argument[index])}".`);
    if (!compare(value, bound)) return false;
  }
  return true;
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function list(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`Event pattern: ${where} wants a list, not ${JSON.stringify(value)}.`);
}

const isText = (value: unknown): value is string => typeof value === 'string';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
