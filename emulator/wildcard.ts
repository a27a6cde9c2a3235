/** @returns whether a value has the form of the pattern, in which `*` stands for any text; undefined matches everything */
export function wildcard(pattern: string | undefined): (value: string) => boolean {
  if (pattern === undefined) return () => true;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (value) => expression.test(value);
}
