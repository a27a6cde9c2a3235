import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramEnd } from './program.ts';
import { type PushableSite, withNewSubnet } from './pushable-site.ts';
import { report, type SiteUnderTest, tokyo } from './site-under-test.ts';

/** One command of the tour. */
interface Stop<Site> {
  /** The words after `vyos-failover`. */
  readonly line: readonly string[];
  readonly prepare?: (site: Site) => Promise<unknown>;
  /** Lines of the output that are shown. Default: all. */
  readonly keep?: number;
}

interface Part<Site> {
  readonly title: string;
  readonly text: string;
  readonly stops: readonly Stop<Site>[];
}

const { active, standby } = tokyo.routers;
/** Of the deployed topology. */
export const FILE = 'examples/tokyo-virginia.yaml';
const API_URL = 'tokyo=https://a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com';
const WRITTEN = mkdtempSync(join(tmpdir(), 'tour-'));
const INCIDENT = join(WRITTEN, 'incident.html');
const BUNDLE = join(WRITTEN, 'bundle');
const EDITED = join(WRITTEN, 'edited.yaml');

/** In the order in which a new operator needs them. Each command continues from the state that the previous one left. */
export const TOUR: readonly Part<SiteUnderTest>[] = [
  {
    title: 'The file',
    text: 'These need no deployment.',
    stops: [
      { line: ['init', '--yes', '--dry-run'], keep: 14 },
      { line: ['topology', 'validate', FILE] },
      { line: ['topology', 'graph', FILE], keep: 8 },
      { line: ['topology', 'security-groups', FILE], keep: 8 },
      { line: ['config', 'render', FILE, '--router', 'tokyo-1'], keep: 6 },
      { line: ['secrets', 'check', FILE], keep: 6 },
      { line: ['secrets', 'create', FILE, '--yes'], keep: 9 },
      { line: ['cost', FILE], keep: 8 },
      { line: ['router', 'bundle', FILE, '--router', 'tokyo-1', '--out', BUNDLE, '--api-url', API_URL], keep: 4 },
      { line: ['completion', 'bash'], keep: 1 },
    ],
  },
  {
    title: 'A healthy site',
    text: 'Deployed, and both routers report.',
    stops: [
      { line: ['status', 'tokyo'] },
      { line: ['explain', 'tokyo'] },
      { line: ['plan', 'tokyo'] },
      { line: ['doctor', 'tokyo'], keep: 6 },
      { line: ['history', 'tokyo'] },
      // What follows depends on the network of the machine: emulated routers send no packets over tunnels.
      { line: ['connectivity', 'tokyo'], keep: 3 },
      { line: ['addresses'] },
    ],
  },
  {
    title: 'Planned work',
    text: 'Each command that changes something asks first; `--yes` answers.',
    stops: [
      { line: ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'kernel update', '--dry-run'] },
      { line: ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'kernel update', '--yes'] },
      { line: ['maintenance', 'on', 'tokyo', 'tokyo-1', '--reason', 'kernel update', '--yes'] },
      { line: ['status', 'tokyo'] },
      { line: ['failback', 'tokyo', '--reason', 'kernel updated', '--yes'] },
      { line: ['maintenance', 'off', 'tokyo', 'tokyo-1', '--reason', 'kernel updated', '--yes'] },
      { line: ['failback', 'tokyo', '--reason', 'kernel updated', '--yes'] },
      { line: ['pause', 'tokyo', '--for', '30m', '--reason', 'game day', '--yes'] },
      { line: ['status', 'tokyo'] },
      { line: ['explain', 'tokyo'] },
      { line: ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'game day', '--yes'] },
      { line: ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'game day', '--override', 'paused', '--yes'] },
      { line: ['resume', 'tokyo', '--yes'] },
      { line: ['failback', 'tokyo', '--reason', 'game over', '--by', 'ann', '--yes'] },
      { line: ['drill', 'tokyo', '--yes', '--dwell', '1s'] },
      { line: ['drill', 'tokyo', '--history'] },
      { line: ['route-latency', 'tokyo', '--dry-run'] },
      { line: ['destroy', '--dry-run'] },
    ],
  },
  {
    title: 'A failure',
    text: 'The tunnels of tokyo-1 fail, and tokyo-2 reports it.',
    stops: [
      {
        line: ['status', 'tokyo'],
        prepare: async (site) => {
          site.showBgp(active, 'Idle');
          await site.post(report({ reporter: standby.name, subject: active.name }), { by: standby });
        },
      },
      { line: ['history', 'tokyo', '--limit', '3'] },
      { line: ['explain', 'tokyo'], keep: 20 },
      { line: ['acknowledge', 'tokyo', '--reason', 'the provider is informed', '--yes'] },
      { line: ['report', 'last', '-o', INCIDENT] },
      { line: ['history', '--site', 'all', '--limit', '4'] },
    ],
  },
  {
    title: 'Mistakes',
    text: 'Each message says what is wrong, and what to do next.',
    stops: [
      { line: ['status', 'tokio'] },
      { line: ['switchover', 'tokyo', '--to', 'tokyo-9', '--reason', 'x', '--yes'] },
      { line: ['switchover', 'tokyo', '--to', 'tokyo-1', '--yes'] },
      { line: ['upgrade', 'tokyo', '--dry-run'] },
    ],
  },
];

/** At routers that run a VyOS configuration: those of the other parts only report. */
export const CONFIGURATION: Part<PushableSite> = {
  title: 'Configuration and programs',
  text: 'A front subnet is added to tokyo in the file edited.yaml.',
  stops: [
    { line: ['changes', EDITED] },
    { line: ['rollout', EDITED, '--site', 'tokyo', '--dry-run'], keep: 1 },
    { line: ['config', 'diff', EDITED, '--router', 'tokyo-2'] },
    { line: ['config', 'push', EDITED, '--site', 'tokyo', '--yes'] },
    { line: ['router', 'install', 'tokyo', '--yes'], keep: 7 },
    { line: ['history', 'tokyo', '--limit', '4'] },
  ],
};

/** Runs the parts of the tour at a site. @returns sections of docs/tour.md */
export async function sectionsOf<Site>(
  tour: readonly Part<Site>[],
  site: Site,
  observe: (site: Site) => Promise<unknown>,
  run: (line: readonly string[]) => Promise<ProgramEnd>,
): Promise<string[]> {
  const sections: string[] = [];
  for (const { title, text, stops } of tour) {
    const shown: string[] = [];
    await observe(site);
    for (const { prepare, ...stop } of stops) {
      if (prepare !== undefined) {
        await prepare(site);
        await observe(site);
      }
      shown.push(transcriptOf(stop, await run(stop.line)));
    }
    sections.push(`## ${title}\n\n${text}\n\n\`\`\`console\n${shown.join('\n')}\`\`\`\n`);
  }
  return sections;
}

/** What the commands of the tour read and write. */
export const written = {
  begin: () => writeFileSync(EDITED, withNewSubnet),
  remove: () => rmSync(WRITTEN, { recursive: true }),
};

/** @returns docs/tour.md */
export function tourPage(sections: readonly string[]): string {
  return `${HEAD}\n${sections.join('\n')}`;
}

/** Both routers have reported, and the probe has read them. */
export async function observed(site: SiteUnderTest): Promise<void> {
  await site.contact();
  await site.emulator.tickSchedules(tokyo.region);
}

const HEAD = `# A tour of the commands

The output of each command against the example topology in the emulated AWS. A test runs the tour and compares it with this page;
times, durations and ids are replaced. \`[3]\` is the exit code, where it is not 0. \`ui\` and \`emulate\` run until Ctrl-C, and have pages of
their own: [the live page](ui.md), [the emulated AWS](development.md).
`;

function transcriptOf({ line, keep = Infinity }: Omit<Stop<never>, 'prepare'>, { code, shown }: ProgramEnd): string {
  const lines = withoutVariations(shown).trimEnd().split('\n');
  const rest = lines.length > keep ? ['…'] : [];
  const ended = code === 0 ? [] : [`[${code}]`];
  const words = line.map((each) => word(each.replace(`${WRITTEN}/`, '')));
  return [`$ vyos-failover ${words.join(' ')}`, ...lines.slice(0, keep), ...rest, ...ended, ''].join('\n');
}

function word(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text}'`;
}

/** The same in every run. */
function withoutVariations(text: string): string {
  const same = text
    .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?(Z| UTC)/g, '2026-11-23 03:00:00Z')
    // The time may be a whole number of minutes.
    .replaceAll(/\b\d+ min \d+ s\b/g, 'N min')
    .replaceAll(/\b\d+ (ms|s|min)\b/g, 'N $1')
    .replaceAll(/\([\da-f]{12}\)/g, '(0123456789ab)')
    .replaceAll(`${WRITTEN}/`, '');
  return realigned(text.split('\n'), same.split('\n')).join('\n');
}

/**
 * The widths of columns depend on what was replaced: rows with as many cells as their neighbors are aligned anew, where any of them has
 * changed.
 */
function realigned(before: readonly string[], lines: readonly string[]): string[] {
  const rows = lines.map((line) => line.trimEnd().split(/(?<=\S) {2,}/));
  const isRow = (index: number) => (rows[index]?.length ?? 0) > 2;
  return rows.map((cells, index) => {
    if (!isRow(index)) return lines[index]?.trimEnd() ?? '';
    let [first, last] = [index, index];
    while (isRow(first - 1) && rows[first - 1]?.length === cells.length) first -= 1;
    while (isRow(last + 1) && rows[last + 1]?.length === cells.length) last += 1;
    const table = rows.slice(first, last + 1);
    if (lines.slice(first, last + 1).every((line, at) => line === before[first + at])) return lines[index] ?? '';
    const widths = cells.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
    return cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  });
}
