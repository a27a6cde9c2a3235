import { down } from '#lab/down.ts';
import { checkNotUp } from '#lab/state.ts';

const raised = new Set<string>();
let interrupted = false;
/** Of a process that ends by the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Removes the lab, and all others of this process, before SIGINT or SIGTERM ends it: its routers and namespaces would remain. To be
 * called before the lab is raised.
 *
 * @throws LabError where another process has a lab of that name up
 */
export function removeOnSignal(lab: string): void {
  checkNotUp(lab);
  if (raised.size === 0)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      // A listener that ends this process would do so before the labs are gone.
      process.removeAllListeners(signal);
      process.once(signal, () => void removeAll().finally(() => process.exit(EXIT_CODES[signal])));
    }
  raised.add(lab);
}

/** Whether a signal is ending this process: what fails then fails for that. */
export const isInterrupted = () => interrupted;

async function removeAll(): Promise<void> {
  interrupted = true;
  process.stderr.write('· interrupted: removing the labs\n');
  // What is still being raised meanwhile fails by itself: its namespaces are gone.
  for (const lab of raised)
    try {
      await remove(lab);
    } catch (error) {
      // The others are to be removed in any case.
      process.stderr.write(
        `lab "${lab}" could not be removed: ${String(error)}\nRemove it: npm run lab -- down --name ${lab}\n`,
      );
    }
}

/** Once more if it fails: the benchmark, whose trial has failed by now, removes its labs at the same time. */
async function remove(lab: string): Promise<void> {
  try {
    await down(lab);
  } catch {
    await down(lab);
  }
}
