import { describe, expect, it } from 'vitest';
import { playInProcess } from './in-process.ts';
import { readScenario, scenarioNames } from './scenario-file.ts';

/** Each folder is a sentence about what happens; `expected.yaml` was written before it ran. */
describe('scenarios', () => {
  it.each(scenarioNames())('%s', async (name) => {
    const { scenario, expected } = readScenario(name);
    const { sentences, metrics, ...outcome } = await playInProcess(scenario);
    const { says, metrics: wantedMetrics, ...wanted } = expected;
    expect(outcome).toEqual(wanted);
    for (const part of says) expect(sentences.join('\n')).toContain(part);
    expect(metrics).toMatchObject(wantedMetrics);
  });
});
