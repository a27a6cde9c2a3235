import type { Log } from './log.ts';

/** Does what must not change the outcome if it fails: a fault is logged, and that is all. */
export async function quietly(
  what: string,
  { log }: { readonly log: Log },
  act: () => Promise<unknown>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.error(`Could not write ${what}; the routes are as said.`, { error });
  }
}
