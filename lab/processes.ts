import { readFileSync } from 'node:fs';
import { run, waitUntil } from './run.ts';

/** Process ids by the name of the program, of everything that runs in a namespace. Empty if there is no such namespace. */
export async function processesIn(namespace: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const listed = await run('ip', ['netns', 'pids', namespace]).catch(() => '');
  const found = new Map<string, number[]>();
  for (const pid of listed.split('\n').filter(Boolean).map(Number)) {
    const name = nameOf(pid);
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), pid]);
  }
  return found;
}

/** Kills all processes in a namespace, as a power failure does, or only the programs of these names. */
export async function killIn(namespace: string, names?: readonly string[]): Promise<void> {
  const allGone = async () => {
    const pids = [...(await processesIn(namespace))]
      .filter(([name]) => names?.includes(name) ?? true)
      .flatMap(([, each]) => each);
    for (const pid of pids) signal(pid, 'SIGKILL');
    return pids.length === 0;
  };
  if (await waitUntil(allGone, { withinMs: 5_000, everyMs: 50 })) return;
  throw new Error(`processes in ${namespace} do not end: ${[...(await processesIn(namespace)).keys()].join(', ')}`);
}

/** A process that has already ended is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * When a process started, in the kernel's ticks since boot: with the id it names one process for ever. Undefined: gone;
 * zombies are, too.
 */
export function startOf(pid: number): string | undefined {
  const fields = stat(pid);
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

function nameOf(pid: number): string | undefined {
  const fields = stat(pid);
  if (fields === undefined || fields[0] === 'Z') return undefined;
  return readFileSyncOr(`/proc/${pid}/comm`)?.trim();
}

/** Fields of /proc/PID/stat from the third on: the second, in parentheses, may have spaces. */
function stat(pid: number): readonly string[] | undefined {
  const text = readFileSyncOr(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readFileSyncOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
