import { planChanges } from '../changes/plan/plan-changes.ts';
import type { Step } from '../changes/plan/step.ts';
import { readSituation } from '../changes/read/read-situation.ts';
import type { Situation } from '../changes/situation.ts';
import { requireStep } from './gate.ts';
import { type RolloutContext, RolloutStopped, report } from './rollout-context.ts';
import { runStep } from './run-step.ts';

/** More than any plan has, and as many again after failovers in between. */
const MOST_STEPS = 100;

/**
 * Does the first step of what remains, reads everything again, and continues until nothing remains. Nothing is stored: an interrupted
 * rollout continues with what remains then.
 *
 * @param first what the operator approved
 * @param done takes each step that is done
 * @returns what was read when nothing remained
 * @throws RolloutStopped, CommandError, or another error after Ctrl-C
 */
export async function rollOut(
  first: Situation,
  context: RolloutContext,
  done: (step: Step) => void,
): Promise<Situation> {
  const approved = planChanges(first).steps;
  let situation = first;
  let before: Step | undefined;
  for (let count = 0; count < MOST_STEPS; count += 1) {
    context.cli.io.signal?.throwIfAborted();
    const { steps, refusals } = planChanges(situation);
    const [step] = steps;
    if (step === undefined) return situation;
    if (refusals.length > 0) throw new RolloutStopped('refused', refusals.join(' '));
    requireApproved(step, approved);
    requireStep(step, situation, context.overrides);
    if (before !== undefined && isSame(step, before))
      throw new RolloutStopped('failed', `This step is done, and still remains: ${step.says}.`);
    report(context, `${step.says}…`);
    await runStep(step, situation, context);
    done(step);
    before = step;
    situation = await readSituation(context.file, context.cli);
  }
  throw new RolloutStopped('failed', 'The deployment changed repeatedly during the rollout.');
}

/** What happens during a rollout changes its plan; a controller that must end only now is the operator's decision. */
function requireApproved(step: Step, approved: readonly Step[]): void {
  if (step.kind !== 'destroy' || approved.some((one) => isSame(one, step))) return;
  throw new RolloutStopped(
    'refused',
    `The plan has changed since it was approved, and now includes this step: ${step.says}.`,
  );
}

function isSame(one: Step, other: Step): boolean {
  return one.kind === other.kind && one.says === other.says;
}
