import * as z from './validation.ts';

/** A key that JSON leaves out if its value is undefined; the parsed object has it in any case. */
export const maybe = <Schema extends z.core.$ZodType>(schema: Schema) =>
  z.pipe(
    z.optional(schema),
    z.transform((value: z.core.output<Schema> | undefined) => value),
  );
