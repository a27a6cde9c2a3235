import type { XmlObject } from '#emulator/ec2/wire.ts';

/** The SDK's input as EC2's Query protocol has it, before it is written as a form: `Filters` → `Filter`, 100 → "100". */
export function asWireShape(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) =>
      value === undefined ? [] : [[SINGULAR[name] ?? name, wire(value)]],
    ),
  );
}

const SINGULAR: Readonly<Record<string, string>> = {
  Filters: 'Filter',
  Values: 'Value',
  InstanceIds: 'InstanceId',
  RouteTableIds: 'RouteTableId',
};

function wire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wire);
  if (typeof value === 'object' && value !== null) return asWireShape(value as Record<string, unknown>);
  return String(value);
}

/** An answer of the emulator, before it is written as XML, as the SDK would give it: `routeSet` → `Routes`. */
export function asSdkShape(answer: XmlObject): Record<string, unknown> {
  const shaped: Record<string, unknown> = {};
  for (const name of Object.keys(answer)) {
    const value = answer[name];
    shaped[memberOf(name)] = typeof value === 'object' ? sdk(value) : value;
  }
  return shaped;
}

const members = new Map([
  ['routeTableSet', 'RouteTables'],
  ['routeSet', 'Routes'],
  ['instanceStatusSet', 'InstanceStatuses'],
  ['networkInterfaceSet', 'NetworkInterfaces'],
]);

function memberOf(name: string): string {
  const known = members.get(name);
  if (known !== undefined) return known;
  const member = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  members.set(name, member);
  return member;
}

function sdk(value: XmlObject[string]): unknown {
  if (Array.isArray(value)) return value.map(sdk);
  return typeof value === 'object' ? asSdkShape(value as XmlObject) : value;
}
