import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** The package of a bundled file: the last `node_modules` of its path counts. */
const PACKAGE = /^.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/;

/** Names, versions and licences of all packages whose code is in some bundles; each text of a licence once. */
export function notices(bundles: readonly Metafile[]): string {
  const files = bundles.flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  const folders = new Set(files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []));
  const byText = Map.groupBy([...folders].toSorted(), licenceOf);
  return [...byText]
    .map(([text, having]) => `${'-'.repeat(80)}\n${having.map(nameOf).join('\n')}\n\n${text}\n`)
    .join('\n');
}

function nameOf(folder: string): string {
  const { name, version } = manifestOf(folder);
  return `${name} ${version}`;
}

/** Without a file: the name of the licence. */
function licenceOf(folder: string): string {
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  return file === undefined ? manifestOf(folder).license : readFileSync(join(folder, file), 'utf8').trim();
}

function manifestOf(folder: string): Readonly<Record<'name' | 'version' | 'license', string>> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ReturnType<typeof manifestOf>;
}
