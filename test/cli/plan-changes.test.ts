import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planChanges } from '#cli/changes/plan/plan-changes.ts';
import type { SiteSituation, Situation } from '#cli/changes/situation.ts';
import { editText } from '#topology/edits/edit-text.ts';
import { situationOf } from './situation-of.ts';

const CREATED = readFileSync('examples/created.yaml', 'utf8');
const EXISTING = readFileSync('examples/tokyo-virginia.yaml', 'utf8');

const plan = (before: string, after: string) => planChanges(situationOf(before, after));

describe('what the deployment creates is refused under another name', () => {
  test.each([
    ['the topology', CREATED.replace('name: created', 'name: other'), 'The topology created is renamed to other'],
    ['a site', CREATED.replace('\n  tokyo:', '\n  edo:'), 'The site tokyo is renamed to edo'],
    ['a Region', CREATED.replace('ap-northeast-1', 'ap-northeast-3'), 'The Region of tokyo changes'],
    ['a router', CREATED.replace('tokyo-1:', 'tokyo-a:'), 'The router tokyo-1 is renamed to tokyo-a'],
    ['an address', CREATED.replace('10.1.100.10', '10.1.100.20'), 'address of tokyo-1 changes from 10.1.100.10'],
  ])('%s', (_, after, says) => {
    expect(after).not.toBe(CREATED);
    expect(plan(CREATED, after).refusals.join(' ')).toContain(says);
  });
});

test('the names of two sites of one Region that are exchanged are refused', () => {
  const before = EXISTING.replace('us-east-1', 'ap-northeast-1');
  const exchanged = before
    .replace('\n  tokyo:', '\n  x:')
    .replace('\n  virginia:', '\n  tokyo:')
    .replace('\n  x:', '\n  virginia:');
  expect(plan(before, exchanged).refusals.join(' ')).toContain('is deployed as another site');
});

test('a Region of an existing site changes: its controller ends there, and is deployed in the new one', () => {
  const { steps, refusals } = plan(EXISTING, EXISTING.replace('us-east-1', 'us-west-2'));
  expect(refusals).toEqual([]);
  expect(steps.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['destroy', 'deploy']));
  expect(steps.find(({ kind }) => kind === 'destroy')?.says).toContain('in us-east-1');
});

test('created sites that do not exist yet need no push: their routers boot with the configuration of the file', () => {
  const situation = situationOf(CREATED, CREATED);
  const sites = situation.sites.map(
    (of): SiteSituation => ({
      ...of,
      deployment: 'absent',
      routers: of.routers.map((router) => ({ ...router, forecast: undefined })),
    }),
  );
  expect(planChanges({ ...situation, sites }).steps.map(({ kind }) => kind)).toEqual(['deploy']);
});

/** With a third created site. */
const THREE = (() => {
  const site = CREATED.slice(CREATED.indexOf('\n  virginia:'));
  const osaka = site.replace('virginia:', 'osaka:').replaceAll('virginia-', 'osaka-').replaceAll('10.2.', '10.3.');
  return `${CREATED}${osaka.replace('65002', '65003').replaceAll('10.255.2.', '10.255.3.')}`;
})();

describe('sites with created routers are deployed together: cdk includes the functions of all, and the stacks of no routers', () => {
  const deployments = ({ steps }: ReturnType<typeof planChanges>) =>
    steps.flatMap((step) => (step.kind === 'deploy' ? [step] : []));
  const routerStacks = (...routers: readonly string[]) =>
    routers.map((name) => `vyos-failover-created--${name.slice(0, -2)}--router--${name}`);
  const ALL = ['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2'];

  test('a site is added: the routers of the others get its addresses and keys', () => {
    const [first, ...others] = deployments(plan(CREATED, THREE));
    expect(others).toEqual([]);
    expect(first?.sites).toEqual(['osaka', 'tokyo', 'virginia']);
    expect(first?.stacks).toEqual(expect.arrayContaining(routerStacks('osaka-1', 'osaka-2', ...ALL)));
  });

  test('an edit of one site, and of all', () => {
    const one = deployments(plan(CREATED, CREATED.replace('asn: 65001', 'asn: 65001\n    policy: { holdDown: 10m }')));
    expect(one.map(({ sites }) => sites)).toEqual([['tokyo']]);
    expect(one[0]?.stacks).toEqual(expect.arrayContaining(routerStacks(...ALL)));
    const all = deployments(plan(CREATED, CREATED.replace('name: created', 'name: created\nbfd: { multiplier: 3 }')));
    expect(all.map(({ sites }) => sites)).toEqual([['tokyo', 'virginia']]);
  });

  test('existing sites are deployed one by one', () => {
    const steps = deployments(plan(EXISTING, EXISTING.replace('name: ', 'bfd: { multiplier: 3 }\nname: ')));
    expect(steps.map(({ sites }) => sites)).toEqual([['tokyo'], ['virginia']]);
  });
});

test('what the deployment creates is named by what it is', () => {
  const textsOf = (before: string, after: string) => {
    const situation = situationOf(before, after);
    const { steps, refusals } = planChanges(situation);
    return [...situation.edits.map(({ edit }) => editText(edit)), ...steps.flatMap(({ costs }) => costs), ...refusals];
  };
  const added = textsOf(CREATED, THREE);
  const removed = textsOf(THREE, CREATED);
  expect(added).toContain('tokyo: destination 10.3.0.0/20 of the created route table is added');
  expect(removed).toContain('tokyo: destination 10.3.0.0/20 of the created route table is removed');
  expect([...added, ...removed].filter((text) => text.includes('{{'))).toEqual([]);
});

describe('the version of the product', () => {
  const deployedBy = (version: string): Situation => {
    const situation = situationOf(EXISTING, EXISTING);
    return { ...situation, sites: situation.sites.map((of): SiteSituation => ({ ...of, otherVersion: version })) };
  };

  test('an earlier one is replaced: deployment and programs', () => {
    const { steps, refusals } = planChanges(deployedBy('0.0.9'));
    expect(steps.map(({ kind }) => kind)).toEqual(['deploy', 'deploy', 'install', 'install']);
    expect(refusals).toEqual([]);
  });

  test('a later one is not replaced by this one', () => {
    expect(planChanges(deployedBy('99.0.0')).refusals.join(' ')).toContain(
      'tokyo was deployed by version 99.0.0 of vyos-failover, and this is version',
    );
  });
});
