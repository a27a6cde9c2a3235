import type { LabStatus } from './status.ts';

/** As text: a row for each router with its programs; `*` marks the routers to which packets of the site's hosts go. */
export function showStatus({ owners, routers, bgp }: LabStatus): string {
  const owning = new Set(Object.values(owners).flat());
  const rows = Object.entries(routers).map(([name, programs]) => [
    `${owning.has(name) ? '*' : ' '} ${name}`,
    showSessions(bgp[name] ?? []),
    programs.join(' ') || 'nothing runs',
  ]);
  return showRows([['  ROUTER', 'BGP ESTABLISHED', 'PROGRAMS'], ...rows]) + showOwnerless(owners);
}

/** `3 of 3`, or with the sessions that are not Established. */
function showSessions(sessions: LabStatus['bgp'][string]): string {
  const missing = sessions.filter(({ state }) => state !== 'Established').map(({ description }) => description);
  const count = `${sessions.length - missing.length} of ${sessions.length}`;
  return missing.length === 0 ? count : `${count} (not: ${missing.join(', ')})`;
}

function showOwnerless(owners: LabStatus['owners']): string {
  const sites = Object.entries(owners).filter(([, names]) => names.length !== 1);
  return sites
    .map(([site, names]) => `${site}: ${names.length === 0 ? 'no router has the routes' : 'the routes are split'}\n`)
    .join('');
}

function showRows(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
