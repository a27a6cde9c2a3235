/** A command of the SDK. */
export interface SdkCommand {
  readonly constructor: { readonly name: string };
}

const names = new Map<object, string>();

/** The action that a command of the SDK stands for: `PutItem` of a `PutItemCommand`. */
export function nameOf({ constructor }: SdkCommand): string {
  const known = names.get(constructor);
  if (known !== undefined) return known;
  const name = constructor.name.replace(/Command$/, '');
  names.set(constructor, name);
  return name;
}
