import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleFile } from '#vyos/bundle.ts';

/** The files of `router/` with their modes. */
export function routerFiles(): BundleFile[] {
  const folder = fileURLToPath(new URL('../router/', import.meta.url));
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const mode = (statSync(file).mode & 0o100) === 0 ? 0o644 : 0o755;
      return { path: relative(folder, file), mode, content: readFileSync(file, 'utf8') };
    });
}
