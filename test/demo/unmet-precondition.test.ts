import { expect, it } from 'vitest';
import { unmetPrecondition } from '#demo/unmet-precondition.ts';
import type { Topology } from '#topology/topology.ts';
import { example } from '../vyos/topologies.ts';

const automatic = example('tokyo-virginia');

/** As the documentation advises for the first deployment. */
function observing(): Topology {
  const sites = automatic.sites.map((site) => ({ ...site, policy: { ...site.policy, mode: 'observe' as const } }));
  return { ...automatic, sites };
}

it('the demo of a failed router is refused where the site only observes: no route would move', () => {
  expect(unmetPrecondition(automatic, { fail: 'router', ui: false })).toBeUndefined();
  expect(unmetPrecondition(observing(), { fail: 'router', ui: false })).toContain('site tokyo has mode: observe');
});

it('a site that only observes can lose its uplink, and be shown on the live page', () => {
  expect(unmetPrecondition(observing(), { fail: 'uplink', ui: false })).toBeUndefined();
  expect(unmetPrecondition(observing(), { fail: 'router', ui: true })).toBeUndefined();
});

it('the demo has no created routers', () => {
  expect(unmetPrecondition(example('created'), { fail: 'router', ui: true })).toMatch(
    /site tokyo .* vyos-failover emulate$/,
  );
});
