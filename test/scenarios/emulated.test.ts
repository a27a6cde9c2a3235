import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembly } from '../stacks/site-under-test.ts';
import { playEmulated } from './emulated.ts';
import { asExpected } from './outcome.ts';
import { expectationOf, scenariosIn } from './scenario-file.ts';

describe('the synthesized stack in the emulator', () => {
  let built: Awaited<ReturnType<typeof assembly>>;
  beforeAll(async () => {
    built = await assembly();
  });
  afterAll(() => built.remove());

  it.each(scenariosIn('emulator'))('$name', async ({ name, scenario, expected }) => {
    const outcome = asExpected(expected, await playEmulated(scenario, built.directory));
    expect(outcome).toEqual(expectationOf(name, expected, outcome));
  });
});
