import type { PushResult } from '#contracts/push-result.ts';
import { pushTogether } from './push-together.ts';
import {
  affectedBy,
  endRouter,
  isInterrupted,
  NOT_ANSWERED,
  orUnknownOutcome,
  type PushContext,
} from './request-outcome.ts';
import { askForStep, askToRecover } from './requests.ts';
import { type ChangingRouter, listed, namesOf, needsPush, type PlannedSite, type PushStep } from './steps.ts';

/** A site's last answer, about a router or about an interrupted push. */
export interface Answer {
  readonly site: string;
  readonly step: PushResult;
}

/** Recovers interrupted pushes first, and then does nothing else; otherwise runs step by step until one fails. */
export async function pushSteps(
  planned: readonly PlannedSite[],
  steps: readonly PushStep[],
  pushing: PushContext,
): Promise<Answer[]> {
  const settled = await recoverEarlier(planned, pushing);
  if (settled.length > 0) return settled;
  const answers = await finishEarlier(planned, pushing);
  for (const step of steps) {
    if (isInterrupted(pushing) || answers.some(isBad)) break;
    pushing.cli.io.stderr.write(`${listed(namesOf(step))}${step.routers.length === 1 ? '' : ', together'}…\n`);
    const ends = await pushStep(step, pushing);
    answers.push(
      ...step.routers.map(({ where }, index) => ({ site: where.site.name, step: ends[index] as PushResult })),
    );
  }
  return answers;
}

export function isBad({ step: { outcome } }: Answer): boolean {
  return outcome !== 'pushed' && outcome !== 'unchanged';
}

async function pushStep(step: PushStep, pushing: PushContext): Promise<PushResult[]> {
  const [only, ...others] = step.routers;
  if (only !== undefined && others.length === 0) return [await pushAlone(only, pushing)];
  return pushTogether(step.routers, pushing);
}

/**
 * If its answer is lost, or Ctrl-C ended the waiting, the router is rolled back unless it is confirmed, which also
 * returns its outcome.
 */
async function pushAlone(each: ChangingRouter, pushing: PushContext): Promise<PushResult> {
  const first = await orUnknownOutcome(affectedBy(each), pushing, () => askForStep(each, pushing));
  pushing.progress(each.where.site.name, first);
  if (first.reason !== NOT_ANSWERED) return first;
  const ended = await endRouter('undo', each, first, pushing);
  pushing.progress(each.where.site.name, ended);
  return ended.outcome === 'unknown' ? first : { ...ended, says: `${first.says} ${ended.says}` };
}

/** What interrupted pushes left unconfirmed: the plan may change afterwards. */
function recoverEarlier(planned: readonly PlannedSite[], pushing: PushContext): Promise<Answer[]> {
  const left = planned.flatMap(({ where, plan: { interrupted } }) =>
    interrupted?.router === undefined ? [] : [{ where, router: interrupted.router, until: interrupted.revertsAt }],
  );
  return Promise.all(
    left.map(async ({ where, router, until }) => {
      const step = await orUnknownOutcome(
        { site: where.site.name, routers: [router] },
        pushing,
        () => askToRecover(where, pushing.cli),
        until,
      );
      pushing.progress(where.site.name, step);
      // Its `new` and `old` refer to the interrupted push.
      const unknown = {
        name: router,
        runs: 'unknown',
        boots: 'unknown',
        ...(until !== undefined && { revertsAt: until }),
      } as const;
      return { site: where.site.name, step: { ...step, router: undefined, routers: [unknown] } };
    }),
  );
}

/** Sites where no router differs and an earlier push is not recorded as finished. */
async function finishEarlier(planned: readonly PlannedSite[], pushing: PushContext): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { where, plan } of planned) {
    const names = plan.routers.map(({ name }) => name);
    if (isInterrupted(pushing) || plan.routers.some(needsPush)) continue;
    const step = await orUnknownOutcome({ site: where.site.name, routers: names }, pushing, () =>
      askForStep({ where, plan }, pushing),
    );
    pushing.progress(where.site.name, step);
    answers.push({ site: where.site.name, step });
  }
  return answers;
}
