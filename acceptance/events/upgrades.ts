import type { UpgradeView } from '#cli/views/upgrade-view.ts';
import type { RunContext } from '../run-context.ts';
import { readSite, requireDone, untilFit } from '../site-state.ts';
import { measureEvent } from './measure-event.ts';

const FIT_WITHIN_MS = 20 * 60_000;

/** Replaces both instances of the first site by `upgrade`: the standby, then the owner. @returns false: it failed */
export async function upgradeFirstSite(run: RunContext): Promise<boolean> {
  const [{ name: site } = { name: '' }] = run.topology.sites;
  const { owner, routers } = await readSite(site, run);
  const standbyFirst = routers.map(({ name }) => name).toSorted((a, b) => Number(a === owner) - Number(b === owner));
  for (const router of standbyFirst) {
    const isReplaced = await measureEvent(
      {
        name: `upgrade: the instance of ${router} is replaced (${site})`,
        kind: 'upgrade',
        site,
        mustMove: router === owner,
        async act() {
          await requireDone<UpgradeView>(['upgrade', site, '--router', router, '--replace', '--yes'], run);
          await untilFit(FIT_WITHIN_MS, run);
          return undefined;
        },
      },
      run,
    );
    if (!isReplaced) return false;
  }
  return true;
}
