import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembly } from '../stacks/site-under-test.ts';
import { playEmulated } from './emulated.ts';
import { asExpected } from './outcome.ts';
import { scenariosIn } from './scenario-file.ts';

describe('the synthesized stack in the emulator', () => {
  let built: Awaited<ReturnType<typeof assembly>>;
  beforeAll(async () => {
    built = await assembly();
  });
  afterAll(() => built.remove());

  it.each(scenariosIn('emulator'))('$name', async ({ scenario, expected }) => {
    expect(asExpected(expected, await playEmulated(scenario, built.directory))).toEqual(expected);
  });
});
