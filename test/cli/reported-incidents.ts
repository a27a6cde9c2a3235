import { entriesAround, incidentOf, type SiteEntry } from '#cli/report/incident.ts';
import { type ReportView, reportView } from '#cli/report/report-view.ts';
import type { HistoryEntry } from '#contracts/history.ts';
import { History } from '#contracts/history.ts';
import { NOW, SITE } from '../failover/situation.ts';
import { SiteWorld } from '../world/site-world.ts';

export const REPORT = '5f0c1f7e-outage';
export const ROUTES = [1, 2, 3].map((index) => ({
  table: `rtb-0000000000000000${index}`,
  destination: `10.2.${index}.0/24`,
}));

/** A site whose history is made by the functions themselves. */
export async function incidentSite(): Promise<SiteWorld> {
  const world = await SiteWorld.start({ site: { ...SITE, routes: ROUTES } });
  await world.round();
  await world.clock.advanceTo(world.clock.now() + 5_000);
  return world;
}

/** tokyo-2 reports tokyo-1, 353 ms after its detector noticed it. */
export async function reportFailure(world: SiteWorld, id = REPORT): Promise<void> {
  const at = world.clock.now();
  await world.ended(
    world.report({ id, detector: 'bfd', event: 'peer-failed', at, detectedAt: at - 353, confirmedAt: at - 20 }),
  );
}

/** The report about the newest entry of that id, as `report` makes it. */
export async function reportOf(world: SiteWorld, id: string): Promise<ReportView> {
  const history = await world.history();
  const detailed = await Promise.all(
    history.map(async (entry): Promise<HistoryEntry> => {
      const found: unknown = JSON.parse(JSON.stringify(await world.ask(world.store().details(entry.id))));
      return History.parse(found).find(({ at }) => at === entry.at) ?? entry;
    }),
  );
  return reportOn(detailed, id);
}

export function reportOn(entries: readonly HistoryEntry[], id: string): ReportView {
  const all = entries.map((entry): SiteEntry => ({ site: 'tokyo', entry }));
  const chosen = all.findLast(({ entry }) => entry.id === id);
  if (chosen === undefined) throw new Error(`no entry ${id}`);
  const incident = incidentOf(chosen, all);
  return reportView(chosen, incident, entriesAround(incident, all));
}

/** As versions before the details wrote a swap. */
export const OLD_ENTRY: HistoryEntry = {
  kind: 'swap',
  at: NOW,
  id: 'old-1',
  detector: 'serf',
  outcome: 'swapped',
  reason: 'reported-by-survivor',
  says: 'tokyo-2 reports that tokyo-1 failed (serf); tokyo-2 is fit and takes the routes.',
  owner: 'tokyo-2',
  epoch: 1,
  moved: 2,
  tookMs: 120,
};
