import Table from 'cli-table3';
import { widthOf, wrapWords } from './wrap.ts';

const GAP = '  ';
/** Columns up to this width are never wrapped: times, names and ids stay on one line. */
const NARROW = 24;

const noLines = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid']
    .concat(['mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map((part) => [part, part === 'middle' ? GAP : '']),
);

type Row = readonly string[];

/**
 * Columns separated by two spaces, without lines and without trailing spaces.
 *
 * @param columns width of the terminal (`Output.columns`): wide cells are wrapped to fit into it, and if that is not enough, each row
 *   becomes a block of `HEAD  value` lines. Default: any width, as for a pipe
 */
export function renderTable(head: Row, rows: readonly Row[], columns = Number.POSITIVE_INFINITY): string {
  const widths = fittingWidths([head, ...rows], columns);
  if (widths === undefined) return rows.map((row) => renderBlock(head, row, columns)).join('\n\n');
  const table = new Table({ chars: noLines, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  const wrapped = (row: Row) => row.map((cell, at) => wrapWords(cell, widths[at] ?? columns).join('\n'));
  table.push([...head], ...rows.map(wrapped));
  return withoutTrailingSpaces(table.toString());
}

/** The width of each column, or undefined if the table cannot be wrapped to fit. */
function fittingWidths(rows: readonly Row[], columns: number): readonly number[] | undefined {
  const widest = (measure: (cell: string) => number) =>
    (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => measure(row[at] ?? ''))));
  const natural = widest(widthOf);
  const room = columns - GAP.length * (natural.length - 1);
  if (sum(natural) <= room) return natural;
  const longestWords = widest((cell) => indentOf(cell) + Math.max(...cell.split(' ').map(widthOf)));
  const least = natural.map((width, at) => (width <= NARROW ? width : Math.max(longestWords[at] ?? 0, NARROW)));
  if (sum(least) > room) return undefined;
  return shrunk(natural, least, room);
}

/** Takes columns from the widest cells first, down to the least width of each. */
function shrunk(natural: readonly number[], least: readonly number[], room: number): readonly number[] {
  let widths = natural;
  for (let cap = Math.max(...natural); sum(widths) > room; cap -= 1) {
    widths = natural.map((width, at) => Math.max(Math.min(width, cap), Math.min(width, least[at] ?? 0)));
  }
  return widths;
}

function renderBlock(head: Row, row: Row, columns: number): string {
  const label = Math.max(...head.map(widthOf)) + GAP.length;
  const lines = head.flatMap((name, at) =>
    wrapWords((row[at] ?? '').trimStart(), columns - label).map(
      (line, nth) => `${(nth === 0 ? name : '').padEnd(label)}${line}`,
    ),
  );
  return withoutTrailingSpaces(lines.join('\n'));
}

function indentOf(cell: string): number {
  return cell.length - cell.trimStart().length;
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}

function withoutTrailingSpaces(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
