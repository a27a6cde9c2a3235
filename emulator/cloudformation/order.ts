import type { Template } from '#emulator/assembly.ts';

/**
 * The logical ids of a template in the order of creation: each after those that it refers to (`Ref`, `Fn::GetAtt`, `Fn::Sub`)
 * or depends on (`DependsOn`), otherwise in the template's order. Names of anything else are ignored.
 *
 * @throws Error with CloudFormation's words for a circular dependency
 */
export function creationOrder(resources: Template['Resources']): string[] {
  const dependencies = (name: string) => dependenciesOf(name, resources);
  return inOrder(Object.keys(resources), dependencies, (circle) => {
    throw new Error(`Circular dependency between resources: [${circle.join(', ')}]`);
  });
}

/** The resources of the template that one of them refers to or depends on. */
export function dependenciesOf(logicalId: string, resources: Template['Resources']): string[] {
  const { Properties, DependsOn } = resources[logicalId] ?? { Properties: {}, DependsOn: [] };
  return [...new Set([...references(Properties), ...DependsOn])].filter((other) => Object.hasOwn(resources, other));
}

/** Each of `all` after its dependencies. Calls `onCircle` with the members of a circle. */
export function inOrder(
  all: readonly string[],
  dependencies: (name: string) => readonly string[],
  onCircle: (circle: readonly string[]) => never,
): string[] {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (done.has(name)) return;
    if (path.includes(name)) onCircle(path.slice(path.indexOf(name)));
    for (const other of dependencies(name)) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of all) visit(name, []);
  return [...done];
}

/** Every name that the intrinsic functions in a value refer to. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(references);
  return Object.entries(value).flatMap(([key, argument]: [string, unknown]) => {
    if (key === 'Ref' && typeof argument === 'string') return [argument];
    if (key === 'Fn::GetAtt') return [attributeOwner(argument)];
    if (key === 'Fn::Sub') return [...substituted(argument), ...references(argument)];
    return references(argument);
  });
}

function attributeOwner(argument: unknown): string {
  const [first] = Array.isArray(argument) ? (argument as unknown[]) : String(argument).split('.');
  return String(first);
}

function substituted(argument: unknown): string[] {
  const [template] = Array.isArray(argument) ? (argument as unknown[]) : [argument];
  return [...String(template).matchAll(/\$\{(?!!)([^}.]+)/g)].map(([, name = '']) => name);
}
