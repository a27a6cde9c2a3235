/** Where intrinsic functions find what they name. Each throws with a sentence when there is no such thing. */
export interface Names {
  /** `Ref` of a resource, a parameter or a pseudo parameter. Undefined is `AWS::NoValue`. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  /** `Fn::FindInMap` */
  mapped(map: string, first: string, second: string): unknown;
  /** The stack's. */
  readonly region: string;
  /** `Fn::GetAZs`: the Availability Zones of a region. */
  zones(region: string): readonly string[];
  /** `Fn::GetStackOutput` */
  stackOutput(name: StackOutputName): string;
}

/**
 * An output of another stack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
 */
export interface StackOutputName {
  readonly stack: string;
  readonly output: string;
  /** Default: the region of the stack that reads it. */
  readonly region: string;
}

type Intrinsic = (argument: unknown, names: Names) => unknown;

/**
 * Replaces CloudFormation's intrinsic functions in `value`, as far as CDK emits them.
 * Throws for functions that are not known and for arguments of the wrong shape.
 */
export function resolve(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(each, names)).filter((each) => each !== undefined);
  if (typeof value === 'string' && value.startsWith('{{resolve:')) {
    throw new Error(`The dynamic reference ${value} is not emulated.`);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))) {
    // A policy statement's own `Condition` is an object; the intrinsic's argument is a name.
    if (name !== 'Condition' || typeof argument === 'string') return functionNamed(name)(argument, names);
  }
  return Object.fromEntries(
    entries.map(([key, each]) => [key, resolve(each, names)]).filter(([, each]) => each !== undefined),
  );
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, names) => names.ref(text(argument, 'Ref')),
  Condition: (argument, names) => names.condition(text(argument, 'Condition')),
  'Fn::GetAtt': (argument, names) => {
    const [logicalId = '', ...attribute] =
      typeof argument === 'string' ? argument.split('.') : texts(argument, 'Fn::GetAtt', names);
    return names.getAtt(logicalId, attribute.join('.'));
  },
  'Fn::Join': (argument, names) => {
    const [separator, parts] = pair(argument, 'Fn::Join');
    return texts(resolve(parts, names), 'Fn::Join', names).join(text(separator, 'Fn::Join'));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, names) => {
    const [index, list] = pair(argument, 'Fn::Select');
    const values = array(resolve(list, names), 'Fn::Select');
    const value = values[Number(resolve(index, names))];
    if (value === undefined) throw new Error(`Fn::Select ${String(index)} of ${values.length} values.`);
    return value;
  },
  'Fn::Split': (argument, names) => {
    const [separator, source] = pair(argument, 'Fn::Split');
    return text(resolve(source, names), 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::If': (argument, names) => {
    const [condition, yes, no] = array(argument, 'Fn::If');
    return resolve(names.condition(text(condition, 'Fn::If')) ? yes : no, names);
  },
  'Fn::Equals': (argument, names) => {
    const [left, right] = pair(argument, 'Fn::Equals');
    return resolve(left, names) === resolve(right, names);
  },
  'Fn::Not': (argument, names) => array(argument, 'Fn::Not').every((each) => resolve(each, names) !== true),
  'Fn::And': (argument, names) => array(argument, 'Fn::And').every((each) => resolve(each, names) === true),
  'Fn::Or': (argument, names) => array(argument, 'Fn::Or').some((each) => resolve(each, names) === true),
  'Fn::FindInMap': (argument, names) => {
    const [map = '', first = '', second = ''] = texts(resolve(argument, names), 'Fn::FindInMap', names);
    return names.mapped(map, first, second);
  },
  'Fn::Base64': (argument, names) => Buffer.from(text(resolve(argument, names), 'Fn::Base64')).toString('base64'),
  'Fn::GetAZs': (argument, names) => {
    const region = resolve(argument, names);
    return [...names.zones(region === '' ? names.region : text(region, 'Fn::GetAZs'))];
  },
  'Fn::GetStackOutput': (argument, names) => {
    const of = 'Fn::GetStackOutput';
    const { StackName, OutputName, Region, RoleArn } = resolve(argument, names) as Record<string, unknown>;
    if (RoleArn !== undefined) throw new Error(`${of}: the RoleArn ${text(RoleArn, of)} is not emulated.`);
    return names.stackOutput({
      stack: text(StackName, of),
      output: text(OutputName, of),
      region: Region === undefined ? names.region : text(Region, of),
    });
  },
};

function functionNamed(name: string): Intrinsic {
  const intrinsic = intrinsics[name];
  if (intrinsic === undefined) throw new Error(`The intrinsic function ${name} is not emulated.`);
  return intrinsic;
}

function substitute(argument: unknown, names: Names): string {
  const [template, given] = Array.isArray(argument) ? pair(argument, 'Fn::Sub') : [argument, {}];
  const variables = resolve(given, names) as Record<string, unknown>;
  return text(template, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (name in variables) return String(variables[name]);
    const [logicalId = '', ...attribute] = name.split('.');
    return String(attribute.length === 0 ? names.ref(name) : names.getAtt(logicalId, attribute.join('.')));
  });
}

function text(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where} wants a text, not ${JSON.stringify(value)}.`);
}

function texts(value: unknown, where: string, names: Names): string[] {
  return array(value, where).map((each) => text(resolve(each, names), where));
}

function array(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} wants a list, not ${JSON.stringify(value)}.`);
}

function pair(value: unknown, where: string): readonly [unknown, unknown] {
  const [first, second] = array(value, where);
  return [first, second];
}
