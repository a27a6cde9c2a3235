import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from './lab-error.ts';

/** Names the root directory to the programs that run in it. */
const INSIDE = 'VYOS_FAILOVER_LAB_ROOT';

/** The directories that come from the root directory; all others, and the network namespaces, are the machine's. */
const REPLACED = ['etc', 'var', 'usr'];

/** The root directory that this process runs in; undefined: the machine's own. */
export function rootInForce(): string | undefined {
  return process.env[INSIDE];
}

/**
 * Runs a program with the daemons, libraries and tools of a root directory (`root-make.ts`) in place of the machine's.
 * Its `/usr`, `/etc` and `/var` are mounted over the machine's, for that program and what it starts alone: a mount
 * namespace of its own. /run stays the machine's, so a later program, in the same root or in none, finds the lab.
 *
 * @param command a program by its absolute path, and its arguments
 * @returns its exit code
 * @throws LabError for a directory that is no such root, or hides what runs in it
 */
export async function runInRoot(directory: string, command: readonly string[]): Promise<number> {
  const root = checkRoot(directory);
  const child = spawn('sh', ['-ec', ENTER, 'enter-root', root, ...command], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: root },
  });
  const forward = () => child.kill('SIGTERM');
  process.once('SIGTERM', forward);
  // A terminal sends the signal to both processes; this one waits for the other.
  const stay = () => {};
  process.on('SIGINT', stay);
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGTERM', forward);
  process.off('SIGINT', stay);
  return code ?? 1;
}

/** @throws LabError */
function checkRoot(directory: string): string {
  if (!existsSync(join(directory, 'usr/bin')))
    throw new LabError(`${directory} is not a root directory; create one with npm run lab -- root make ${directory}`);
  const hidden = [process.execPath, fileURLToPath(new URL('..', import.meta.url))]
    .map((path) => realpathSync(path))
    .filter((path) => REPLACED.some((name) => path.startsWith(`/${name}/`)));
  if (hidden.length > 0)
    throw new LabError(
      `a root directory hides ${hidden.join(' and ')}: the project must not be below /usr, /etc or /var, and npm ci puts ` +
        `a Node beside it`,
    );
  return realpathSync(directory);
}

/**
 * Namespaces that are made inside are the machine's: /run/netns is shared, as iproute2 makes it. What is mounted inside is
 * not: where systemd has made / shared it is made private first. Paths are relative, as the directory may be below /var;
 * /usr comes last, and with it the programs used here.
 */
const ENTER = `
mkdir -p /run/netns
mountpoint -q /run/netns || mount --bind /run/netns /run/netns
mount --make-shared /run/netns
root=$1
shift
exec unshare --mount --propagation unchanged sh -ec '
for place in / ${REPLACED.map((name) => `/${name}`).join(' ')}; do
  mount --make-private "$(findmnt --noheadings --output TARGET --target "$place")"
done
before=$PWD
cd "$0"
for name in ${REPLACED.join(' ')}; do
  mount --bind "./$name" "/$name"
done
cd "$before"
exec "$@"
' "$root" "$@"
`;
