import { SiteStatus } from '#contracts/site-status.ts';
import { isProvenSince } from '#failover/fitness.ts';
import type { Site } from '#topology/topology.ts';
import type { Situation } from '../changes/situation.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { unfitness } from '../upgrade/gate.ts';
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
  const answeredAt = new Map<string, number>();
  let announced = '';
  for (;;) {
    const why = (await Promise.all(wereFit.map(({ site }) => whyNotFit(site, answeredAt, context)))).flat();
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

/**
 * What the former functions read proves a router fit for another 90 s, so that only a newer reading counts.
 *
 * @param answeredAt when the new functions of each site first answered, ms since the epoch by AWS's clock; is added to
 */
async function whyNotFit(
  site: Site,
  answeredAt: Map<string, number>,
  { file, cli: { environment, io } }: RolloutContext,
): Promise<string[]> {
  try {
    const by = { environment, signal: io.signal };
    const status = await invokeSite({ topology: file.described, site }, { action: 'status' }, SiteStatus, by);
    const since = answeredAt.get(site.name) ?? status.seen.at;
    answeredAt.set(site.name, since);
    const { active, standby } = status.seen.site.routers;
    const clauses = [
      ...(status.owner === undefined ? ['its owner is not known'] : []),
      ...[active, standby].flatMap(({ name }) => {
        const unfit = unfitness(status, name);
        const evidence = status.seen.routers[name]?.evidence ?? [];
        if (unfit.length > 0 || isProvenSince(evidence, status.seen.at, since)) return unfit;
        return [`${name} was not read since the deployment`];
      }),
    ];
    return clauses.map((clause) => `${site.name}: ${clause}`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [saysAndHint(error.message).says];
  }
}
