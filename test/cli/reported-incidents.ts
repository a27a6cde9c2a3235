import { commandText } from '#cli/output/next-command.ts';
import { entriesAround, incidentOf, type SiteEntry } from '#cli/report/incident.ts';
import { type ReportView, reportView } from '#cli/report/report-view.ts';
import type { HistoryEntry, SwapEntry } from '#contracts/history.ts';
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

/** The same failure, 300 ms after a suspected report of it was answered. */
export async function reportInPhases(world: SiteWorld): Promise<void> {
  await world.ended(world.report({ id: REPORT, detector: 'bfd', phase: 'suspected' }));
  await world.clock.advanceTo(world.clock.now() + 300);
  const at = world.clock.now();
  const times = { at, detectedAt: at - 353, confirmedAt: at - 20 };
  await world.ended(world.report({ id: REPORT, detector: 'bfd', event: 'peer-failed', phase: 'confirmed', ...times }));
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
  return reportView(chosen, incident, entriesAround(incident, all), (...words) => commandText(words));
}

/** As versions before the details wrote a swap. */
export const OLD_ENTRY: SwapEntry = {
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

const MOVED = {
  detector: 'operator',
  reason: 'switchover',
  says: 'ann asks for a switchover.',
  tookMs: 120,
  times: { decided: 20, begun: 30, firstAccepted: 70, lastAccepted: 80 },
} as const;

/** A drill of half an hour: a switchover, the way back, and its result. */
export const DRILL: readonly HistoryEntry[] = [
  { ...OLD_ENTRY, id: 'away', ...MOVED, at: NOW, owner: 'tokyo-2', epoch: 4 },
  { ...OLD_ENTRY, id: 'back', ...MOVED, at: NOW + 1_800_000, owner: 'tokyo-1', epoch: 5 },
  {
    kind: 'operator',
    at: NOW + 1_801_000,
    id: 'drill-1',
    detector: 'operator',
    outcome: 'noted',
    reason: 'operator',
    says: 'The routes moved from tokyo-1 to tokyo-2 and returned.',
    requestedBy: { arn: 'arn:aws:sts::123456789012:assumed-role/operators/ann' },
    drill: {
      outcome: 'passed',
      from: 'tokyo-1',
      to: 'tokyo-2',
      returned: true,
      budgetMs: 1_000,
      legs: [
        { to: 'tokyo-2', cause: 'switchover', swapMs: 60, convergeMs: 100, sent: 380, lost: 3, outageMs: 150 },
        { to: 'tokyo-1', cause: 'switchover', swapMs: 60, sent: 380, lost: 0 },
      ],
    },
  },
];
