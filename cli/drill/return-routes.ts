import { CommandError } from '../output/command-error.ts';
import { type DrillContext, isInterrupted, report } from './drill-context.ts';
import { type Moved, switchoverTo } from './move.ts';

/** For the router to be proven fit again: after a start of its instance it boots, and its sessions are established. */
const FIT_WITHIN_MS = { running: 60_000, started: 15 * 60_000 } as const;
const POLL_MS = 5_000;
/** After Ctrl-C: long enough to repeat a call that failed. */
const INTERRUPTED_WITHIN_MS = 30_000;

/**
 * Returns the routes to a router, as soon as it is proven fit. After Ctrl-C it is tried for a shorter time; a second Ctrl-C ends that.
 *
 * @throws CommandError if the site does not answer
 */
export async function returnRoutes(router: string, drill: DrillContext): Promise<Moved> {
  const { environment, io } = drill.cli;
  let until = environment.now() + FIT_WITHIN_MS[drill.kill ? 'started' : 'running'];
  const shorten = () => {
    until = Math.min(until, environment.now() + INTERRUPTED_WITHIN_MS);
  };
  if (isInterrupted(drill)) shorten();
  else io.signal?.addEventListener('abort', shorten, { once: true });
  let shown: string | undefined;
  for (;;) {
    const moved = await switchoverTo(router, drill).catch((error: unknown): Moved => {
      if (!(error instanceof CommandError) || environment.now() >= until) throw error;
      return { done: false, says: error.message, swap: undefined };
    });
    if (moved.done || environment.now() >= until) return moved;
    if (moved.says !== shown) report(drill, `waiting: ${moved.says}`);
    shown = moved.says;
    await environment.sleep(POLL_MS, undefined);
  }
}
