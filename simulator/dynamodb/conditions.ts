/** An attribute value as DynamoDB's API has it: `{ S: "x" }`, `{ N: "1" }`, … */
export interface Value {
  readonly S?: string;
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly M?: Item;
  readonly L?: readonly Value[];
}
export type Item = Readonly<Record<string, Value>>;

/** What stands for `#name` and `:value` in an expression. */
export interface Names {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, Value>> | undefined;
}

type Condition = (item: Item, names: Names) => boolean;
type Operand = (item: Item, names: Names) => Value | undefined;

const compiled = new Map<string, Condition>();

/**
 * Does an item fulfil a ConditionExpression or KeyConditionExpression? Knows what our stores use, and says so of the rest.
 *
 * @throws Error for an expression that it does not know
 */
export function fulfils(expression: string | undefined, item: Item, names: Names): boolean {
  if (expression === undefined) return true;
  const condition = compiled.get(expression) ?? compile(expression);
  compiled.set(expression, condition);
  return condition(item, names);
}

function compile(expression: string): Condition {
  const tokens = new Tokens(expression);
  const condition = either(tokens);
  tokens.end();
  return condition;
}

function either(tokens: Tokens): Condition {
  const parts = [both(tokens)];
  while (tokens.take('OR')) parts.push(both(tokens));
  return (item, names) => parts.some((part) => part(item, names));
}

function both(tokens: Tokens): Condition {
  const parts = [single(tokens)];
  while (tokens.take('AND')) parts.push(single(tokens));
  return (item, names) => parts.every((part) => part(item, names));
}

function single(tokens: Tokens): Condition {
  if (tokens.take('NOT')) {
    const inner = single(tokens);
    return (item, names) => !inner(item, names);
  }
  if (tokens.take('(')) {
    const inner = either(tokens);
    tokens.need(')');
    return inner;
  }
  return tokens.next() === '(' ? call(tokens) : comparison(tokens);
}

function call(tokens: Tokens): Condition {
  const name = tokens.pop();
  tokens.need('(');
  const what = operand(tokens);
  if (name === 'begins_with') {
    tokens.need(',');
    const start = operand(tokens);
    tokens.need(')');
    return (item, names) => (what(item, names)?.S ?? '').startsWith(start(item, names)?.S ?? '');
  }
  tokens.need(')');
  if (name === 'attribute_not_exists') return (item, names) => what(item, names) === undefined;
  if (name === 'attribute_exists') return (item, names) => what(item, names) !== undefined;
  throw new Error(`the simulator's DynamoDB does not know ${name}()`);
}

function comparison(tokens: Tokens): Condition {
  const left = operand(tokens);
  const sign = tokens.pop();
  if (sign === 'IN') {
    tokens.need('(');
    const choices = [operand(tokens)];
    while (tokens.take(',')) choices.push(operand(tokens));
    tokens.need(')');
    return (item, names) => choices.some((choice) => compare(left(item, names), choice(item, names)) === 0);
  }
  const holds = SIGNS[sign];
  if (holds === undefined) throw new Error(`the simulator's DynamoDB does not know "${sign}"`);
  const right = operand(tokens);
  return (item, names) => {
    const order = compare(left(item, names), right(item, names));
    return order !== undefined && holds(order);
  };
}

const SIGNS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** A path (`journal.run`, `#said.#at`) or a value (`:now`). */
function operand(tokens: Tokens): Operand {
  const token = tokens.pop();
  if (token.startsWith(':')) return (_, { values }) => values?.[token];
  const path = token.split('.');
  return (item, { names }) =>
    valueAt(
      item,
      path.map((part) => names?.[part] ?? part),
    );
}

export function valueAt(item: Item, path: readonly string[]): Value | undefined {
  let here: Value | undefined = { M: item };
  for (const part of path) here = here?.M?.[part];
  return here;
}

/** Undefined: not of one kind, so no comparison holds. */
function compare(left: Value | undefined, right: Value | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left.N === 'string' && typeof right.N === 'string') return Number(left.N) - Number(right.N);
  const [a, b] = [left.S ?? left.BOOL, right.S ?? right.BOOL];
  if (a === undefined || b === undefined || typeof a !== typeof b) return undefined;
  return String(a) < String(b) ? -1 : String(a) === String(b) ? 0 : 1;
}

class Tokens {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(expression: string) {
    this.#tokens = expression.match(/<>|<=|>=|[=<>(),]|[#:]?[\w.#-]+/g) ?? [];
  }

  /** The token after the next one. */
  next(): string | undefined {
    return this.#tokens[this.#at + 1];
  }

  pop(): string {
    this.#at += 1;
    return this.#tokens[this.#at - 1] ?? '';
  }

  take(token: string): boolean {
    if (this.#tokens[this.#at]?.toUpperCase() !== token) return false;
    this.#at += 1;
    return true;
  }

  need(token: string): void {
    if (!this.take(token)) throw new Error(`the simulator's DynamoDB expects "${token}" in ${this.#tokens.join(' ')}`);
  }

  end(): void {
    if (this.#at < this.#tokens.length)
      throw new Error(`the simulator's DynamoDB does not understand ${this.#tokens.join(' ')}`);
  }
}
