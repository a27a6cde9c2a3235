/** Columns side by side, two blanks between them; the first `left` columns to the left, all others (figures) to the right. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      widths
        .map((width, column) =>
          column < left ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
