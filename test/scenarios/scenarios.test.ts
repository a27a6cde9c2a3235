import { describe, expect, it } from 'vitest';
import { playInProcess } from './in-process.ts';
import { asExpected } from './outcome.ts';
import { expectationOf, scenariosIn } from './scenario-file.ts';

describe('the real stories in one process', () => {
  it.each(scenariosIn('in-process'))('$name', async ({ name, scenario, expected }) => {
    const outcome = asExpected(expected, await playInProcess(scenario));
    expect(outcome).toEqual(expectationOf(name, expected, outcome));
  });
});
