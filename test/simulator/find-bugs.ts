/** Searches for every bug of `mutations.ts`, or for the named ones; writes the results as JSON. A program of its own. */
import { registerHooks } from 'node:module';
import type { simulate } from '#simulator/simulate.ts';
import type { Bug } from './mutations.ts';

export interface FoundBug {
  /** Number of seeds tried. */
  readonly tried: number;
  /** The last one's violation: of the right invariant, if it was found. */
  readonly invariant: string | undefined;
  readonly seed: number | undefined;
  readonly cpuMs: number;
  /** Violation of the unchanged product in the same schedule: none is expected. */
  readonly clean: string | undefined;
  /** The text to replace is missing. */
  readonly outdated?: true;
}

const ROOT = new URL('../..', import.meta.url).href;
const sources: NonNullable<Bug['source']>[] = [];
const changed = new Set<number>();
/** By URL of one of our modules: those of the unchanged product that import it. */
const importers = new Map<string, Set<string>>();
/** By number of the mutant: its changed file, and whatever imports that, over any number of files. */
const copied: ReadonlySet<string>[] = [];

/**
 * A mutant is a copy of our own modules, in which one file has another text. What does not lead to that file is shared, and so are
 * packages.
 */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const ours = found.url.startsWith(ROOT) && !found.url.includes('/node_modules/') && !found.url.includes('?');
    if (!ours || context.parentURL === undefined) return found;
    const number = numberOf(context.parentURL);
    if (number === undefined) {
      importers.set(found.url, (importers.get(found.url) ?? new Set()).add(context.parentURL));
      return found;
    }
    return copied[number]?.has(found.url) === true ? { ...found, url: `${found.url}?mutant=${number}` } : found;
  },
  load(url, context, next) {
    const found = next(url, context);
    const number = numberOf(url);
    const source = sources[number ?? -1];
    if (number === undefined || source === undefined || url !== `${ROOT}${source.file}?mutant=${number}`) return found;
    const text = new TextDecoder().decode(found.source as Uint8Array);
    if (text.includes(source.find)) changed.add(number);
    return { ...found, source: text.replace(source.find, source.put) };
  },
});

function numberOf(url: string): number | undefined {
  const number = /\?mutant=(\d+)$/.exec(url)?.[1];
  return number === undefined ? undefined : Number(number);
}

function leadingTo(url: string): Set<string> {
  const found = new Set([url]);
  for (const each of found) for (const importer of importers.get(each) ?? []) found.add(importer);
  return found;
}

interface World {
  readonly simulate: typeof simulate;
}

async function worldOf({ source }: Bug): Promise<World | undefined> {
  const file = new URL('simulator/simulate.ts', ROOT).href;
  if (source === undefined) return plain;
  const number = sources.push(source) - 1;
  copied[number] = leadingTo(`${ROOT}${source.file}`);
  const world = (await import(`${file}?mutant=${number}`)) as World;
  return changed.has(number) ? world : undefined;
}

// Loaded under the hooks, which learn from it who imports what, and run once: some files are loaded then.
const plain = (await import(new URL('simulator/simulate.ts', ROOT).href)) as World;
const { drawSchedule } = await import('#simulator/draw-schedule.ts');
const { BUGS } = await import('./mutations.ts');
await plain.simulate(drawSchedule(0));

async function find(bug: Bug): Promise<FoundBug> {
  const world = await worldOf(bug);
  const began = process.cpuUsage();
  const { from = 0, within = 100, breaks, mutation, schedule } = bug;
  let tried = 0;
  let invariant: string | undefined;
  let seed: number | undefined;
  for (let each = from; each < from + within && world !== undefined; each++) {
    tried += 1;
    const { violation } = await world.simulate(schedule ? { ...schedule, seed: each } : drawSchedule(each), {
      mutation,
    });
    if (violation === undefined) continue;
    [invariant, seed] = [violation.invariant, each];
    if (breaks.includes(invariant)) break;
  }
  const clean = (await plain.simulate(schedule ? { ...schedule, seed: seed ?? 0 } : drawSchedule(seed ?? 0))).violation;
  const { user, system } = process.cpuUsage(began);
  const cpuMs = Math.round((user + system) / 1000);
  return { tried, invariant, seed, cpuMs, clean: clean?.invariant, ...(world === undefined && { outdated: true }) };
}

Error.stackTraceLimit = 0;
const [, , within, ...names] = process.argv;
for (const [name, bug] of Object.entries(BUGS)) {
  if (names.length > 0 && !names.some((each) => name.includes(each))) continue;
  const wider = within === undefined || within === '-' ? bug : { ...bug, from: 0, within: Number(within) };
  process.stdout.write(`${JSON.stringify({ name, ...(await find(wider)) })}\n`);
}
