import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { killIn, signal, startOf } from './processes.ts';
import { run, waitUntil } from './run.ts';
import { checkName, LABS, readCloudState } from './state.ts';

const FRR_SOCKETS = '/var/run/frr';

/**
 * Removes all of a lab, in whatever state it is, and nothing else: its namespaces are known by their names, its
 * processes by the namespace that they run in, the emulated AWS by process id and start time. No lab is no mistake.
 */
export async function down(name: string): Promise<void> {
  const prefix = `vfl-${checkName(name)}-`;
  const directory = join(LABS, name);
  await endCloud(directory);
  // Anew, because the lab may be going up in this process: that fails soon, but creates another namespace before.
  for (let left = await namespaces(prefix); left.length > 0; left = await namespaces(prefix)) {
    for (const namespace of left) {
      await killIn(namespace);
      await run('ip', ['netns', 'delete', namespace]);
    }
  }
  for (const entry of entriesOf(FRR_SOCKETS).filter((each) => each.startsWith(prefix))) {
    rmSync(join(FRR_SOCKETS, entry), { recursive: true, force: true });
  }
  rmSync(directory, { recursive: true, force: true });
}

/** Stops the process and all its functions; kills them after 10 s. */
async function endCloud(directory: string): Promise<void> {
  const cloud = readCloudState(directory);
  if (cloud === undefined || cloud.pid === process.pid) return;
  const ended = () => startOf(cloud.pid) !== cloud.start;
  signal(cloud.pid, 'SIGTERM');
  if (await waitUntil(ended, { withinMs: 10_000 })) return;
  signal(cloud.pid, 'SIGKILL');
  await waitUntil(ended, { withinMs: 2_000 });
}

async function namespaces(prefix: string): Promise<string[]> {
  const listed = await run('ip', ['netns', 'list']);
  return listed
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((namespace) => namespace.startsWith(prefix));
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
