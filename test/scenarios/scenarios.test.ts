import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembly } from '../stacks/site-under-test.ts';
import { playEmulated } from './emulated.ts';
import { playInProcess } from './in-process.ts';
import type { Outcome } from './outcome.ts';
import { type Expected, readScenario, scenarioNames } from './scenario-file.ts';

/** Each folder is a sentence about what happens; `expected.yaml` was written before it ran. */
const all = scenarioNames().map((name) => ({ name, ...readScenario(name) }));
const inWorld = (world: string) => all.filter(({ scenario }) => scenario.world === world);

/** What came, in the form of what was expected: of sentences and metrics only those that somebody asked for. */
function asExpected({ says, metrics }: Expected, { sentences, metrics: measured, ...outcome }: Outcome): Expected {
  return {
    ...outcome,
    says: says.filter((part) => sentences.some((sentence) => sentence.includes(part))),
    metrics: Object.fromEntries(Object.keys(metrics).map((name) => [name, measured[name] ?? Number.NaN])),
  };
}

describe('the real stories in one process', () => {
  it.each(inWorld('in-process'))('$name', async ({ scenario, expected }) => {
    expect(asExpected(expected, await playInProcess(scenario))).toEqual(expected);
  });
});

describe('the synthesized stack in the emulator', () => {
  let built: Awaited<ReturnType<typeof assembly>>;
  beforeAll(async () => {
    built = await assembly();
  });
  afterAll(() => built.remove());

  it.each(inWorld('emulator'))('$name', async ({ scenario, expected }) => {
    expect(asExpected(expected, await playEmulated(scenario, built.directory))).toEqual(expected);
  });
});
