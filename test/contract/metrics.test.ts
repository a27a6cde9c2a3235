import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS } from '#contracts/metrics.ts';

/** Types hold names to the registry (`MetricOf`); these tests hold the registry to what is emitted. */
const emittedIn = (files: string) =>
  globSync(files).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\b(?:metric|routerMetric)\('(\w+)'/g)].map(([, name]) => name ?? ''),
  );

const sources = {
  'route-swap': 'functions/route-swap/*.ts',
  'health-probe': 'functions/{health-probe/*,read-round}.ts',
  'config-push': 'functions/config-push/**/*.ts',
};

describe.each(Object.entries(sources))('%s', (service, files) => {
  it('emits every metric that the registry has of it, and no other', () => {
    const registered = Object.entries(METRICS).flatMap(([name, of]) => (of.service === service ? [name] : []));
    expect([...new Set(emittedIn(files))].toSorted()).toEqual(registered.toSorted());
  });
});
