import { describe, expect, it } from 'vitest';
import { playInProcess } from './in-process.ts';
import { asExpected } from './outcome.ts';
import { scenariosIn } from './scenario-file.ts';

describe('the real stories in one process', () => {
  it.each(scenariosIn('in-process'))('$name', async ({ scenario, expected }) => {
    expect(asExpected(expected, await playInProcess(scenario))).toEqual(expected);
  });
});
