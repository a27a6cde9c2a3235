import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const SCHEMAS = /[\\/]@aws-sdk[\\/].*[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;
/** Only a computed key can be called `__proto__`. */
const STRING_CONSTANT = /^const (\w+) = ("(?!__proto__")[^"\\]*");$/gm;
const COMPUTED_KEY = /\[(\w+)\](?=: )/g;

/**
 * Writes the computed keys in the SDK's schemas (`{ [_xN]: … }`, where `const _xN = "xmlName";`) as the strings that they
 * are. esbuild keeps every statement with a computed key, used or not, and with it the schemas of all operations of EC2:
 * 0.5 MB that each cold start would load.
 *
 * https://github.com/aws/aws-sdk-js-v3/issues/7607, https://github.com/evanw/esbuild/issues/4373
 */
export const literalKeys: Plugin = {
  name: 'literal-keys',
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path }) => ({
      contents: withLiteralKeys(await readFile(path, 'utf8')),
    }));
  },
};

/** @param module source text whose computed keys are names of its own top-level constants */
function withLiteralKeys(module: string): string {
  const strings = new Map([...module.matchAll(STRING_CONSTANT)].map(([, name, string]) => [name, string]));
  return module.replace(COMPUTED_KEY, (key, name: string) => strings.get(name) ?? key);
}
