import type { Log } from './log.ts';

/** Does what must not change the outcome if it fails: a fault is logged, and that is all. @returns whether it was done */
export async function logFailure(
  what: string,
  { log }: { readonly log: Log },
  act: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    log.error(`Could not write ${what}; the routes are as said.`, { error });
    return false;
  }
}
