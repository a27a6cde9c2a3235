import { type RunContext, StepFailed } from '../run-context.ts';
import type { RouterInstance } from '../site-state.ts';
import type { AcceptanceEvent } from './measure-event.ts';

/** A failure of docs/operations.md, "Game day", that can be caused by AWS's APIs. */
export interface GameDay {
  readonly kind: AcceptanceEvent['kind'];
  readonly what: string;
  readonly mustMove: boolean;
  /** The router that fails. */
  readonly of: 'owner' | 'standby';
  /**
   * Causes the failure and waits for its effect.
   *
   * @returns what `status` showed, of a failure that moves no routes
   * @throws StepFailed
   */
  fail(router: RouterInstance, run: RunContext): Promise<string | undefined>;
  /** Repairs the router that failed. */
  repair(failed: RouterInstance, run: RunContext): Promise<void>;
}

/** Runs a shell script as root on a router, over SSM. @throws StepFailed */
export async function runOn(
  { router, instance, region }: RouterInstance,
  script: string,
  { ports, signal }: RunContext,
): Promise<void> {
  const end = await ports.cloud.runScript(
    region,
    { instance, script, deadlineMs: 60_000 },
    { now: () => ports.now(), sleep: (ms) => ports.sleep(ms, signal) },
  );
  if (end.kind !== 'answered') throw new StepFailed(`the script did not run on ${router}: ${end.why}`);
}
