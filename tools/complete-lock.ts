import { readFileSync, writeFileSync } from 'node:fs';

/**
 * node tools/complete-lock.ts [package-lock.json]
 *
 * Adds lock entries for optional platform packages that the registry at hand does not serve: npm leaves them out, and
 * `npm ci` then refuses the lock everywhere ("Missing: … from lock file"). Run it after `npm install`;
 * test/package-lock.test.ts says when it is needed.
 */
interface Entry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  packages: Record<string, Entry>;
}

const SYSTEMS = ['android', 'darwin', 'linux', 'win32', 'freebsd', 'netbsd', 'openbsd', 'openharmony', 'aix', 'sunos'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
const missing = Object.entries(lock.packages).flatMap(([place, entry]) => missingOf(place, entry));
const all = [...Object.entries(lock.packages), ...missing].toSorted(([a], [b]) => inLockOrder(a, b));
lock.packages = Object.fromEntries(all);
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
process.stdout.write(`${missing.length} entries added\n`);

function missingOf(place: string, { optionalDependencies = {}, peerDependencies = {}, dev }: Entry): [string, Entry][] {
  return Object.entries(optionalDependencies)
    .filter(
      ([name, version]) => !(name in peerDependencies) && /^\d+\.\d+\.\d+/.test(version) && !isLocked(name, place),
    )
    .map(([name, version]) => [
      `node_modules/${name}`,
      { version, ...(dev && { dev }), optional: true, ...platformOf(name) },
    ]);
}

/** npm looks for a dependency next to the package, then in every node_modules above it. */
function isLocked(name: string, from: string): boolean {
  if (`${from === '' ? '' : `${from}/`}node_modules/${name}` in lock.packages) return true;
  return from !== '' && isLocked(name, from.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''));
}

/** Platform packages say in their name what they are for. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const words = (name.split('/').at(-1) ?? '').split(/[-_]/);
  const os = SYSTEMS.find((each) => words.includes(each));
  const cpu = PROCESSORS.find((each) => words.includes(each));
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }) };
}

function inLockOrder(a: string, b: string): number {
  if (a === '' || b === '') return a === '' ? -1 : 1;
  return a.localeCompare(b, 'en');
}
