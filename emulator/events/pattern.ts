/**
 * EventBridge's event patterns.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export type EventPattern = Readonly<Record<string, unknown>>;

/** Whether the event matches. Throws for an operator that is not known: AWS would refuse the rule. */
export function matches(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === '$or') return list(wanted, '$or').some((each) => isObject(each) && matches(each, event));
    const value = isObject(event) ? event[key] : undefined;
    if (Array.isArray(wanted)) return wanted.some((matcher) => field(matcher, value));
    if (isObject(wanted))
      return Array.isArray(value) ? value.some((each) => matches(wanted, each)) : matches(wanted, value);
    throw new Error(`Event pattern: "${key}" must be a list or an object, not ${JSON.stringify(wanted)}.`);
  });
}

/** One matcher of a leaf's list, against the field's value; of a list, one element is enough. */
function field(matcher: unknown, value: unknown): boolean {
  if (isObject(matcher) && 'exists' in matcher) return (value !== undefined && !isObject(value)) === matcher['exists'];
  if (value === undefined) return false;
  return Array.isArray(value) ? value.some((each) => single(matcher, each)) : single(matcher, value);
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
