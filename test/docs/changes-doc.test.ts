import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planChanges } from '#cli/changes/plan/plan-changes.ts';
import { situationOf } from '../cli/situation-of.ts';

const existing =
  readFileSync('examples/tokyo-virginia.yaml', 'utf8').split('# These two are also the default.')[0] ?? '';
const created = readFileSync('examples/created.yaml', 'utf8');

const replacing =
  (...pairs: readonly (readonly [string | RegExp, string])[]) =>
  (text: string) =>
    pairs.reduce((all, [from, to]) => {
      const next = all.replace(from, to);
      if (next === all) throw new Error(`nothing to replace: ${from}`);
      return next;
    }, text);

const osaka = existing
  .slice(existing.indexOf('  virginia:'))
  .replaceAll('virginia', 'osaka')
  .replaceAll('us-east-1', 'ap-northeast-3')
  .replaceAll('10.2.', '10.3.')
  .replaceAll('198.51.100.', '198.51.101.')
  .replaceAll('10.255.2.', '10.255.3.')
  .replaceAll('65002', '65003')
  .replaceAll(/(vpc|eni|i|rtb)-0a1b2c3d4e5f600/g, '$1-0a1b2c3d4e5f6c0');
const three = `${existing}${osaka}`;

/** The edits of the page, by their first column. */
const EDITS: Readonly<Record<string, readonly [before: string, edit: (text: string) => string]>> = {
  'name of a router': [existing, replacing(['      tokyo-1:', '      tokyo-a:'])],
  'roles of a pair (default tunnels)': [
    existing,
    replacing(['role: active', 'role: X'], ['role: standby', 'role: active'], ['role: X', 'role: standby']),
  ],
  'instance of the owner': [existing, replacing(['instance: i-0a1b2c3d4e5f60011', 'instance: i-0a1b2c3d4e5f600aa'])],
  'interface of the owner': [
    existing,
    replacing(
      ['instance: i-0a1b2c3d4e5f60011', 'instance: i-0a1b2c3d4e5f600aa'],
      ['eni: eni-0a1b2c3d4e5f60011', 'eni: eni-0a1b2c3d4e5f600aa'],
    ),
  ],
  'a table or a destination is added': [
    existing,
    replacing(['destinations: [10.2.0.0/20]', 'destinations: [10.2.0.0/20, 10.2.16.0/20]']),
  ],
  'a table or a destination is removed': [existing, replacing([/ {6}- \{ id: rtb.*\n/, ''])],
  'a front subnet is added': [
    existing,
    replacing(['frontSubnets: [10.2.0.0/20]', 'frontSubnets: [10.2.0.0/20, 10.2.16.0/20]']),
  ],
  'a site is added': [existing, () => three],
  'a site is removed': [three, () => existing],
  'name of a site': [existing, replacing(['  tokyo:', '  edo:'])],
  'name of the topology': [existing, replacing(['name: tokyo-virginia', 'name: pacific'])],
  '`mode`, `holdDown`, `evacuate`, `maxSwapsPerHour`': [existing, replacing(['mode: automatic', 'mode: observe'])],
  '`prefer`, `confirm`, `detectors`': [existing, replacing(['prefer: availability', 'prefer: safety'])],
  '`bfd`, `profile`, `vyos` of existing routers': [existing, (text) => `bfd: { interval: 100ms }\n${text}`],
  'public address of the standby': [existing, replacing(['203.0.113.11', '203.0.113.99'])],
  '`psk` of a tunnel': [
    `${existing}\ntunnels:\n  - { between: [tokyo-1, virginia-1] }\n  - { between: [tokyo-2, virginia-2] }\n`,
    replacing(['{ between: [tokyo-2, virginia-2] }', '{ between: [tokyo-2, virginia-2], psk: /keys/two }']),
  ],
  '`image` or `instanceType` of created routers': [
    created,
    replacing([/^image: .*$/m, 'image: ami-0a1b2c3d4e5f60009']),
  ],
};

const page = readFileSync('docs/changes.md', 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| (.+?) \| (\w+(?: → \w+)*) \| /gm)]
    .slice(1)
    .map(([, edit = '', steps = '']) => [edit, steps] as const),
);

describe('docs/changes.md', () => {
  it('has a row for each edit here, and no other', () => {
    expect([...rows.keys()]).toEqual(Object.keys(EDITS));
  });

  it.each(Object.entries(EDITS))('states the steps of the planner: %s', (name, [before, edit]) => {
    const { steps, refusals } = planChanges(situationOf(before, edit(before)));
    const kinds = steps.map(({ kind }) => kind);
    expect(kinds.filter((kind, index) => kind !== kinds[index - 1]).join(' → ')).toBe(rows.get(name));
    expect(refusals).toEqual([]);
  });
});
