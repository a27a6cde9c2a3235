import { type RunContext, StepFailed } from '../run-context.ts';
import { type RouterInstance, readInstances, readSite, requireDone, untilFit } from '../site-state.ts';
import type { GameDay } from './game-day.ts';
import { measureEvent } from './measure-event.ts';
import { MOVING_FAILURES } from './moving-failures.ts';
import { QUIET_FAILURES } from './quiet-failures.ts';

/** A router boots, its tunnels are set up, and the probe reads it twice. */
const FIT_WITHIN_MS = 20 * 60_000;

/** Causes each failure at the first site, repairs it, and moves the routes back. @returns false: the site is not as it was */
export async function gameDays(run: RunContext): Promise<boolean> {
  const [{ name: site } = { name: '' }] = run.topology.sites;
  for (const day of [...QUIET_FAILURES, ...MOVING_FAILURES]) {
    const isAsBefore = await measureEvent(
      {
        name: `game day: ${day.what} (${site})`,
        kind: day.kind,
        site,
        mustMove: day.mustMove,
        async act() {
          const router = await routerOf(day, site, run);
          const noticed = await day.fail(router, run);
          await day.repair(router, run);
          await untilFit(FIT_WITHIN_MS, run);
          return noticed;
        },
      },
      run,
    );
    if (!isAsBefore) return false;
    await failback(site, run);
  }
  return true;
}

async function routerOf({ of }: GameDay, site: string, run: RunContext): Promise<RouterInstance> {
  const { owner } = await readSite(site, run);
  const found = (await readInstances(run)).find(
    (each) => each.site === site && (each.router === owner) === (of === 'owner'),
  );
  if (found === undefined) throw new StepFailed(`${site} has no ${of} with an instance`);
  return found;
}

async function failback(site: string, run: RunContext): Promise<void> {
  const { owner, routers } = await readSite(site, run);
  if (routers.some(({ name, role }) => name === owner && role === 'active')) return;
  await requireDone(['failback', site, '--reason', 'acceptance', '--yes'], run);
  await untilFit(FIT_WITHIN_MS, run);
}
