/**
 * node tools/complete-lock.mjs [package-lock.json]
 *
 * Adds lock entries for optional platform packages that the registry at hand does not serve: npm leaves them out, and
 * `npm ci` then refuses the lock everywhere ("Missing: … from lock file"). Run it after `npm install`;
 * test/package-lock.test.ts says when it is needed.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const os = {
  android: 'android',
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  freebsd: 'freebsd',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  aix: 'aix',
  sunos: 'sunos',
};
const cpu = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];
let added = 0;
for (const [at, entry] of Object.entries(lock.packages)) {
  const peers = entry.peerDependencies ?? {};
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    let known = false;
    for (let dir = at; !known; dir = dir.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
      known = `${dir === '' ? '' : `${dir}/`}node_modules/${name}` in lock.packages;
      if (dir === '') break;
    }
    if (known || name in peers) continue;
    if (!/^\d+\.\d+\.\d+/.test(range)) {
      console.error(`left out: ${name}@${range} of ${at}`);
      continue;
    }
    const words = name.split('/').at(-1).split(/[-_]/);
    const system = words.map((w) => os[w]).find(Boolean);
    const processor = cpu.find((c) => words.includes(c));
    const libc = words.some((w) => w.startsWith('musl'))
      ? ['musl']
      : words.some((w) => w.startsWith('gnu'))
        ? ['glibc']
        : undefined;
    lock.packages[`node_modules/${name}`] = {
      version: range,
      ...(processor ? { cpu: [processor] } : {}),
      ...(entry.dev ? { dev: true } : {}),
      ...(libc ? { libc } : {}),
      optional: true,
      ...(system ? { os: [system] } : {}),
    };
    added += 1;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) =>
  a === '' ? -1 : b === '' ? 1 : a.localeCompare(b, 'en'),
);
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`${added} entries added`);
