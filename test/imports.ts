import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** One TypeScript module of the project, with all that it imports, types included. */
export interface Module {
  /** From the root of the repository. */
  readonly file: string;
  readonly folder: string;
  readonly imports: readonly Import[];
  /** Modules that it starts as a program or as a worker: `new URL('worker.ts', import.meta.url)`. */
  readonly starts: readonly string[];
}

export interface Import {
  /** As the source has it. */
  readonly written: string;
  /** From the root of the repository; packages as they are. */
  readonly path: string;
}

export function modulesIn(folder: string): Module[] {
  return globSync(`${folder}/**/*.{ts,tsx}`).map((file) => {
    const source = readFileSync(file, 'utf8');
    return { file, folder: file.split('/')[0] ?? '', imports: importsOf(file, source), starts: startsOf(file, source) };
  });
}

function importsOf(file: string, source: string): Import[] {
  const found = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map(([, from, dynamic, bare]) => {
    const written = from ?? dynamic ?? bare ?? '';
    const path = written.startsWith('#')
      ? written.slice(1)
      : written.startsWith('.')
        ? normalize(join(dirname(file), written))
        : written;
    return { written, path };
  });
}

function startsOf(file: string, source: string): string[] {
  const found = source.matchAll(/new URL\(\s*['"]([^'"]+\.ts)['"],\s*import\.meta\.url\)/g);
  return [...found].map(([, path = '']) => normalize(join(dirname(file), path)));
}

/**
 * Cycles of files, each as the way around: `a → b → a`. One for each set of files that all reach each other (Tarjan).
 */
export function cyclesOf(modules: readonly Module[]): string[][] {
  const graph = new Map(modules.map(({ file, imports }) => [file, imports.map(({ path }) => path)]));
  return stronglyConnected(graph)
    .filter((files) => files.length > 1)
    .map((files) => wayAround(files, graph));
}

/** Files that no entry reaches. Tests are no entries: what only they import lives under `test/`. */
export function unreachable(modules: readonly Module[], entries: readonly string[]): string[] {
  const graph = new Map(modules.map((each) => [each.file, [...each.imports.map(({ path }) => path), ...each.starts]]));
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file) || !graph.has(file)) return;
    reached.add(file);
    for (const next of graph.get(file) ?? []) visit(next);
  };
  for (const entry of entries) visit(entry);
  return modules.map(({ file }) => file).filter((file) => !reached.has(file));
}

type Graph = ReadonlyMap<string, readonly string[]>;

function stronglyConnected(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const components: string[][] = [];
  const visit = (file: string): number => {
    const own = index.size;
    index.set(file, own);
    lowest.set(file, own);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      const seen = index.has(next) ? (stack.includes(next) ? index.get(next) : undefined) : visit(next);
      lowest.set(file, Math.min(lowest.get(file) ?? own, seen ?? own));
    }
    if (lowest.get(file) === own) components.push(stack.splice(stack.indexOf(file)));
    return lowest.get(file) ?? own;
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return components;
}

/** The shortest way from the first of some files that all reach each other back to it. */
function wayAround(files: readonly string[], graph: Graph): string[] {
  const start = files.toSorted()[0] ?? '';
  const ways: string[][] = [[start]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const next of graph.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return [...way, start];
      if (!files.includes(next) || seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return [start];
}
