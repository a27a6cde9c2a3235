import type { MoveView } from '#cli/views/move-view.ts';
import type { RunContext } from '../run-context.ts';
import { readSite, requireDone, untilFit } from '../site-state.ts';
import { measureEvent } from './measure-event.ts';

/** After a switchover, for the probe's next rounds. */
const FIT_WITHIN_MS = 10 * 60_000;

/** Moves the routes of each site in turn to the router that does not have them. @returns false: the last one failed */
export async function switchovers(count: number, run: RunContext): Promise<boolean> {
  const { sites } = run.topology;
  for (let number = 1; number <= count; number++) {
    const site = sites[(number - 1) % sites.length]?.name ?? '';
    const { owner, routers } = await readSite(site, run);
    const to = routers.find(({ name }) => name !== owner)?.name ?? '';
    const isMeasured = await measureEvent(
      {
        name: `switchover ${number} of ${count}: ${site}, ${owner} to ${to}`,
        kind: 'switchover',
        site,
        mustMove: true,
        async act() {
          await requireDone<MoveView>(['switchover', site, '--to', to, '--reason', 'acceptance', '--yes'], run);
          await untilFit(FIT_WITHIN_MS, run);
          return undefined;
        },
      },
      run,
    );
    if (!isMeasured) return false;
  }
  return true;
}
