import type { core } from 'zod/mini';

/** The type of a message, from its schema. A message is never changed, so all of it is readonly. */
export type Message<Schema extends core.$ZodType> = DeepReadonly<core.output<Schema>>;

/** The type of a message as an earlier version may have sent it: before the schema's defaults. */
export type Sent<Schema extends core.$ZodType> = DeepReadonly<core.input<Schema>>;

export type DeepReadonly<Value> = Value extends readonly (infer Each)[]
  ? readonly DeepReadonly<Each>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;
