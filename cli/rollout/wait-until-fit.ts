import { readSituation } from '../changes/read/read-situation.ts';
import type { Situation } from '../changes/situation.ts';
import { type RolloutContext, RolloutStopped, report } from './rollout-context.ts';

const POLL_MS = 15_000;
/** Two rounds of the probe, and one whose commands are late. */
const FIT_WITHIN_MS = 5 * 60_000;

/**
 * After a deployment: waits until both routers are fit again by what the new functions read, where they were before. A site that is new,
 * or was not fit, becomes fit by the steps that follow.
 *
 * @param before the situation before the deployment
 * @throws RolloutStopped
 */
export async function waitUntilFit(
  sites: readonly string[],
  before: Situation,
  context: RolloutContext,
): Promise<void> {
  const { environment, io } = context.cli;
  const wereFit = before.sites.filter(
    ({ site, owner, unfit, deployment, former }) =>
      sites.includes(site.name) &&
      owner !== undefined &&
      unfit.length === 0 &&
      deployment !== 'absent' &&
      former === undefined,
  );
  const until = environment.now() + FIT_WITHIN_MS;
  let announced = '';
  for (;;) {
    const { sites: now } = await readSituation(context.file, context.cli);
    const why = now
      .filter(({ site }) => wereFit.some((each) => each.site.name === site.name))
      .flatMap(({ site, unfit, owner }) => [
        ...(owner === undefined ? [`${site.name}: its owner is not known`] : []),
        ...unfit.map((each) => `${site.name}: ${each}`),
      ]);
    if (why.length === 0) return;
    const says = why.join('; ');
    if (environment.now() >= until)
      throw new RolloutStopped('failed', `Deployed, but not fit again within 5 minutes: ${says}.`);
    if (says.replaceAll(/\d+ s/g, '') !== announced) report(context, `waiting: ${says}`);
    announced = says.replaceAll(/\d+ s/g, '');
    await environment.sleep(POLL_MS, io.signal);
    io.signal?.throwIfAborted();
  }
}
