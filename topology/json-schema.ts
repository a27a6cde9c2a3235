import * as z from 'zod';
import { topologyFile } from './schema.ts';

/**
 * The topology file's schema for editors (draft 2020-12). It knows each value by itself; what concerns two values only
 * `loadTopology` finds.
 */
export function topologyJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(topologyFile, { target: 'draft-2020-12', io: 'input', reused: 'inline' });
}
