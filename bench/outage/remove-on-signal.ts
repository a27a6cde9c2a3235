import { down } from '#lab/down.ts';

const raised = new Set<string>();
let interrupted = false;
/** Of a process that ends by the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Removes the lab, and all others of this process, before SIGINT or SIGTERM ends it: its routers and namespaces would remain. */
export function removeOnSignal(lab: string): void {
  if (raised.size === 0)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
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
  for (const lab of raised) await down(lab);
}
