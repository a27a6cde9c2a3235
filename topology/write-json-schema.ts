/** `node topology/write-json-schema.ts && npm run format` after a change of the schema; a test fails until then. */
import { writeFileSync } from 'node:fs';
import { topologyJsonSchema } from './json-schema.ts';

const file = new URL('./topology.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(topologyJsonSchema(), undefined, 2)}\n`);
