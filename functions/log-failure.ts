import type { Log } from './log.ts';

/** Runs a write that must not change the outcome: a failure is logged, and the caller continues. @returns whether it succeeded */
export async function logFailure(
  what: string,
  { log }: { readonly log: Log },
  act: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    log.error(`Could not write ${what}; continuing.`, { error });
    return false;
  }
}
