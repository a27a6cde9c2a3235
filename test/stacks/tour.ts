import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramEnd } from './program.ts';
import { report, type SiteUnderTest, tokyo } from './site-under-test.ts';

/** One command of the tour. */
interface Stop {
  /** The words after `vyos-failover`. */
  readonly line: readonly string[];
  readonly prepare?: (site: SiteUnderTest) => Promise<unknown>;
  /** Lines of the output that are shown. Default: all. */
  readonly keep?: number;
}

interface Part {
  readonly title: string;
  readonly text: string;
  readonly stops: readonly Stop[];
}

const { active, standby } = tokyo.routers;
const FILE = 'examples/tokyo-virginia.yaml';
const INCIDENT = join(tmpdir(), 'incident.html');

/** In the order in which a new operator needs them. Each command continues from the state that the previous one left. */
export const TOUR: readonly Part[] = [
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
      { line: ['resume', 'tokyo', '--yes'] },
      { line: ['drill', 'tokyo', '--yes', '--dwell', '1s'] },
      { line: ['drill', 'tokyo', '--history'] },
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
    ],
  },
];

/** Runs the tour. @returns the page docs/tour.md */
export async function tourOf(
  site: SiteUnderTest,
  run: (line: readonly string[]) => Promise<ProgramEnd>,
): Promise<string> {
  const parts: string[] = [];
  for (const { title, text, stops } of TOUR) {
    const shown: string[] = [];
    await observed(site);
    for (const { prepare, ...stop } of stops) {
      if (prepare !== undefined) {
        await prepare(site);
        await observed(site);
      }
      shown.push(transcriptOf(stop, await run(stop.line)));
    }
    parts.push(`## ${title}\n\n${text}\n\n\`\`\`console\n${shown.join('\n')}\`\`\`\n`);
  }
  rmSync(INCIDENT);
  return `${HEAD}\n${parts.join('\n')}`;
}

/** Both routers have reported, and the probe has read them. */
async function observed(site: SiteUnderTest): Promise<void> {
  await site.contact();
  await site.emulator.tickSchedules(tokyo.region);
}

const HEAD = `# A tour of the commands

The output of each command against the example topology in the emulated AWS. A test runs the tour and compares it with this page;
times, durations and ids are replaced. \`[3]\` is the exit code, where it is not 0.
`;

function transcriptOf({ line, keep = Infinity }: Stop, { code, shown }: ProgramEnd): string {
  const lines = withoutVariations(shown).trimEnd().split('\n');
  const rest = lines.length > keep ? ['…'] : [];
  const ended = code === 0 ? [] : [`[${code}]`];
  const words = line.map((each) => word(each.replace(INCIDENT, 'incident.html')));
  return [`$ vyos-failover ${words.join(' ')}`, ...lines.slice(0, keep), ...rest, ...ended, ''].join('\n');
}

function word(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text}'`;
}

/** The same in every run. */
function withoutVariations(text: string): string {
  const same = text
    .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?(Z| UTC)/g, '2026-11-23 03:00:00Z')
    .replaceAll(/\b\d+ (ms|s|min)\b/g, 'N $1')
    .replaceAll(INCIDENT, 'incident.html');
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
