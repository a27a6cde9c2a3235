/**
 * A variable that a function cannot do without.
 *
 * @throws Error naming it, at cold start and not at 3 a.m.
 */
export function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') {
    throw new Error(
      `Environment variable ${name} is missing; the stack sets it, so this function was not deployed by it.`,
    );
  }
  return value;
}
