import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));

/** Keeps raw results, or a picture made of them, in docs/bench/. */
export function save(name: string, content: string): void {
  mkdirSync(`${DOCS}bench`, { recursive: true });
  writeFileSync(`${DOCS}bench/${name}`, content);
}

/** Puts the table of a benchmark into docs/bench.md, between its two marks. */
export function saveTable(bench: string, table: string): void {
  const file = `${DOCS}bench.md`;
  writeFileSync(file, withTable(readFileSync(file, 'utf8'), bench, table));
}

/** @throws Error if the text has no place for that benchmark's table */
export function withTable(text: string, bench: string, table: string): string {
  const [start, end] = [`<!-- ${bench}: made by npm run bench -- ${bench} --save -->`, `<!-- ${bench}: end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/bench.md has no place for this table: ${start} … ${end}`);
  return `${text.slice(0, from)}${start}\n\n\`\`\`text\n${table.trimEnd()}\n\`\`\`\n\n${text.slice(to)}`;
}
