import { History, type HistoryEntry } from '#contracts/history.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { NextCommand } from '../output/next-command.ts';
import { askSites } from '../transport/ask-sites.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { entriesAround, findEntry, incidentOf, type SiteEntry } from './incident.ts';
import { isSame, type ReportView, reportView } from './report-view.ts';

/** Entries of each site's history that are searched: the most that a request answers. */
const SEARCHED = 1000;

/**
 * Finds the entry, reads the details of its incident, and makes the report. A site that cannot be queried is named on stderr: its entries
 * are missing around the incident.
 *
 * @param sites whose history may have the entry
 * @throws CommandError (exit code 2) if no entry, or more than one trigger, has this id
 */
export async function readIncident(
  name: string,
  sites: readonly Site[],
  topology: Topology,
  cli: Cli,
): Promise<ReportView> {
  const ask = { environment: cli.environment, signal: cli.io.signal };
  const { found, unseen } = await askSites(topology.sites, async (site): Promise<readonly SiteEntry[]> => {
    const entries = await invokeSite({ topology, site }, { action: 'history', limit: SEARCHED }, History, ask);
    return entries.map((entry) => ({ site: site.name, entry }));
  });
  const all = found.flat();
  for (const { says } of unseen) cli.io.stderr.write(`${says}\n`);
  const hint = unseen.find((each) => each.hint !== undefined)?.hint;
  const searched = all.filter(({ site }) => sites.some((each) => each.name === site));
  const chosen = requireEntry(
    name,
    searched,
    unseen.length > 0 ? (hint ?? 'try again') : undefined,
    cli.environment.nextCommand,
  );
  const incident = incidentOf(chosen, all);
  const site = topology.sites.find((each) => each.name === chosen.site);
  const detailed = await Promise.all(
    incident.map(async (entry) => {
      if (site === undefined || !isDetailed(entry)) return entry;
      const entries = await invokeSite({ topology, site }, { action: 'history', id: entry.id }, History, ask);
      return entries.find((each) => isSame(each, entry)) ?? entry;
    }),
  );
  return reportView(chosen, detailed, entriesAround(incident, all), cli.environment.nextCommand);
}

/** Functions of an earlier version do not know the request for details, and write no such entry. */
function isDetailed(entry: HistoryEntry): boolean {
  return (entry.kind === 'swap' || entry.kind === 'push') && entry.detailed === true;
}

/**
 * @param remedy what to do about a site that could not be queried; undefined: all were searched
 * @throws CommandError (exit code 2) if the name is wrong; (exit code 1) if that is not known, because a site does not answer
 */
function requireEntry(
  name: string,
  entries: readonly SiteEntry[],
  remedy: string | undefined,
  next: NextCommand,
): SiteEntry {
  const found = findEntry(name, entries);
  if (found !== undefined && 'entry' in found) return found;
  if (found !== undefined) {
    const ids = found.slice(0, 10).join(', ');
    throw new CommandError(
      exitCodes.usage,
      `${found.length} triggers are named by "${name}": ${ids}\n    hint: name the site with --site, or give the whole id`,
    );
  }
  const where = `the last ${SEARCHED} entries of the history`;
  const missing = name === 'last' ? 'no swap' : `no trigger with id "${name}"`;
  if (remedy !== undefined)
    throw new CommandError(
      exitCodes.failed,
      `${missing} is in ${where} of the sites that answered; a site could not be queried\n    hint: ${remedy}`,
    );
  throw new CommandError(
    exitCodes.usage,
    `${missing} is in ${where}\n    hint: ${next('history', 'SITE')} shows the numbers of swaps, and with --json the ids of triggers; "last" is the newest swap`,
  );
}
