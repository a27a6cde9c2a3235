/** Searches for every bug of `mutations.ts`, or for the named ones; writes the results as JSON. A program of its own. */
import { registerHooks } from 'node:module';
import { drawSchedule } from '#simulator/draw-schedule.ts';
import type { simulate } from '#simulator/simulate.ts';
import { BUGS, type Bug } from './mutations.ts';

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

/** A mutant is a copy of our own modules, in which one file has another text; packages are shared. */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const mutant = /\?mutant=\d+$/.exec(context.parentURL ?? '')?.[0];
    const ours = found.url.startsWith(ROOT) && !found.url.includes('/node_modules/') && !found.url.includes('?');
    return mutant !== undefined && ours ? { ...found, url: found.url + mutant } : found;
  },
  load(url, context, next) {
    const found = next(url, context);
    const number = Number(/\?mutant=(\d+)$/.exec(url)?.[1] ?? -1);
    const source = sources[number];
    if (source === undefined || !url.startsWith(`${ROOT}${source.file}`)) return found;
    const text = new TextDecoder().decode(found.source as Uint8Array);
    if (text.includes(source.find)) changed.add(number);
    return { ...found, source: text.replace(source.find, source.put) };
  },
});

interface World {
  readonly simulate: typeof simulate;
}

async function worldOf({ source }: Bug): Promise<World | undefined> {
  const file = new URL('simulator/simulate.ts', ROOT).href;
  if (source === undefined) return plain;
  const number = sources.push(source) - 1;
  const world = (await import(`${file}?mutant=${number}`)) as World;
  return changed.has(number) ? world : undefined;
}

const plain = (await import(new URL('simulator/simulate.ts', ROOT).href)) as World;

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
