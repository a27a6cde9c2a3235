import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filledText } from '#cli/created/fill-addresses.ts';
import { loadTopology } from '#topology/load.ts';
import { examplesFolder } from './command-line.ts';

const text = readFileSync(`${examplesFolder}/created.yaml`, 'utf8');
const ids = new Map([
  ['address:tokyo-1', '203.0.113.10'],
  ['address:tokyo-2', '203.0.113.11'],
]);

function addressesIn(of: string): Record<string, string> {
  const { topology, mistakes } = loadTopology(of, 'filled');
  if (topology === undefined) throw new Error(JSON.stringify(mistakes));
  const routers = topology.sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
  return Object.fromEntries(routers.map(({ name, publicAddress }) => [name, publicAddress]));
}

function fill(of: string): string {
  const { topology } = loadTopology(of, 'written');
  if (topology === undefined) throw new Error('the test file has mistakes');
  return filledText(of, topology, ids);
}

test('the known addresses are in the text, its comments stay, and what is not known stays absent', () => {
  const filled = fill(text);
  expect(addressesIn(filled)).toEqual({
    'tokyo-1': '203.0.113.10',
    'tokyo-2': '203.0.113.11',
    'virginia-1': '{{address:virginia-1}}',
    'virginia-2': '{{address:virginia-2}}',
  });
  expect(filled).toContain('# Two sites of which nothing exists yet');
});

test('an address that the file states stays', () => {
  const filled = fill(text.replace('tokyo-1: {', 'tokyo-1: { publicAddress: 192.0.2.1,'));
  expect(addressesIn(filled)['tokyo-1']).toBe('192.0.2.1');
});

test('routers written with anchors and merge keys each get their own address', () => {
  const merged = text
    .replace(/tokyo-1: (\{.*\})/, 'tokyo-1: &first $1')
    .replace(
      /tokyo-2: \{.*\}/,
      'tokyo-2: { <<: *first, role: standby, subnet: 10.1.101.0/24, address: 10.1.101.10, loopback: 10.255.1.2 }',
    );
  expect(addressesIn(fill(merged))).toMatchObject({ 'tokyo-1': '203.0.113.10', 'tokyo-2': '203.0.113.11' });
});
