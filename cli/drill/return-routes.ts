import { CommandError } from '../output/command-error.ts';
import { type DrillContext, isInterrupted, report } from './drill-context.ts';
import { type Moved, switchoverTo } from './move.ts';

/** For the router to be proven fit again: after a start of its instance it boots, and its sessions are established. */
const FIT_WITHIN_MS = { running: 60_000, started: 15 * 60_000 } as const;
const POLL_MS = 5_000;

/**
 * Returns the routes to a router, as soon as it is proven fit. After Ctrl-C only what is possible at once is done.
 *
 * @throws CommandError if the site does not answer
 */
export async function returnRoutes(router: string, drill: DrillContext): Promise<Moved> {
  const { environment, io } = drill.cli;
  const until = environment.now() + FIT_WITHIN_MS[drill.kill ? 'started' : 'running'];
  let shown: string | undefined;
  for (;;) {
    const moved = await switchoverTo(router, drill).catch((error: unknown): Moved => {
      if (!(error instanceof CommandError) || environment.now() >= until || isInterrupted(drill)) throw error;
      return { done: false, says: error.message, swap: undefined };
    });
    if (moved.done || environment.now() >= until || isInterrupted(drill)) return moved;
    if (moved.says !== shown) report(drill, `waiting: ${moved.says}`);
    shown = moved.says;
    await environment.sleep(POLL_MS, io.signal);
  }
}
