/** What the schema says about a path of the file: for hints. */
import * as z from 'zod';
import type { Path } from './mistakes.ts';

type Schema = z.core.$ZodType;

export function descriptionAt(schema: Schema, path: Path): string | undefined {
  return metaAt(schema, path)?.description;
}

export function exampleAt(schema: Schema, path: Path): string | undefined {
  const examples = metaAt(schema, path)?.['examples'];
  return Array.isArray(examples) && examples[0] !== undefined ? String(examples[0]) : undefined;
}

/** The keys that a mapping may have; none where the path is no mapping with fixed keys. */
export function keysAt(schema: Schema, path: Path): string[] {
  return schemasAt(schema, path).flatMap((found) => (found instanceof z.ZodObject ? Object.keys(found.shape) : []));
}

function metaAt(schema: Schema, path: Path) {
  return schemasAt(schema, path)
    .map((found) => z.globalRegistry.get(found))
    .find((meta) => meta?.description !== undefined);
}

/** The schemas that stand at a path, wrappers (default, optional) before what they wrap; several where it is a union. */
function schemasAt(schema: Schema, path: Path): Schema[] {
  const [step, ...rest] = path;
  const here = layers(schema);
  return step === undefined
    ? here
    : here.flatMap((layer) => below(layer, step)).flatMap((next) => schemasAt(next, rest));
}

function layers(schema: Schema): Schema[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return [schema, ...layers(schema.unwrap())];
  }
  return schema instanceof z.ZodUnion ? [schema, ...schema.options.flatMap(layers)] : [schema];
}

function below(schema: Schema, step: string | number): Schema[] {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, Schema>> = schema.shape;
    const found = Object.hasOwn(shape, step) ? shape[step] : undefined;
    return found === undefined ? [] : [found];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return schema instanceof z.ZodArray ? [schema.element] : [];
}
