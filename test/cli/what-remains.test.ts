import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { whatRemains } from '#cli/destroy/warnings.ts';
import { loadTopology } from '#topology/load.ts';
import { examplesFolder } from './command-line.ts';

const text = readFileSync(`${examplesFolder}/created.yaml`, 'utf8');
/** Tokyo's routers are created in a VPC that exists, with a route table that exists. */
const inExistingVpc = text
  .replace(
    'vpc: { create: true, cidr: 10.1.0.0/16 }',
    'vpc: { id: vpc-0a1b2c3d4e5f60001, cidr: 10.1.0.0/16 }\n    routeTables: [rtb-0a1b2c3d4e5f60021]',
  )
  .replaceAll(/(tokyo-(\d): \{)/g, '$1 subnetId: subnet-0a1b2c3d4e5f6003$2,');

function remainsOf(of: string): string[] {
  const { topology, mistakes } = loadTopology(of, 'file');
  if (topology === undefined) throw new Error(JSON.stringify(mistakes));
  return whatRemains(topology, topology.sites, { addressesFile: undefined, keys: [] });
}

test('managed routes remain in route tables that exist without the deployment, and in no other', () => {
  expect(remainsOf(text).join('\n')).not.toContain('managed route');
  expect(remainsOf(inExistingVpc)).toContain(
    '1 managed route in rtb-0a1b2c3d4e5f60021 of ap-northeast-1 (10.2.0.0/20), with a deleted interface as the target: delete them, or point them elsewhere.',
  );
});
