/** A synthesized template, as far as its costs are concerned. */
export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** The properties of all resources of a type. */
export function propertiesOf(templates: readonly Template[], type: string): Readonly<Record<string, unknown>>[] {
  return templates.flatMap(({ Resources = {} }) =>
    Object.values(Resources).flatMap((resource) => (resource.Type === type ? [resource.Properties ?? {}] : [])),
  );
}
