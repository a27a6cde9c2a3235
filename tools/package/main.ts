/**
 * Builds the package of the library, `cdk-vyos-failover`, into `dist/`: a folder, and the tarball that npm makes of it
 * (docs/library.md). Run by `npm run package`.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_NAME } from './package-json.ts';
import { writePackage } from './write-package.ts';

const folder = join('dist', PACKAGE_NAME);
rmSync(folder, { recursive: true, force: true });
await writePackage(folder);
const tarball = execFileSync('npm', ['pack', `./${folder}`, '--pack-destination', 'dist', '--silent'], {
  encoding: 'utf8',
});
process.stdout.write(`dist/${tarball}`);
