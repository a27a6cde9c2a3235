import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { managedSite } from '#failover/site.ts';
import { parsePushedTopology } from '#functions/config-push/plan/pushed-topology.ts';
import { createdIdsEnvironment, withCreatedIds } from '#functions/created-ids.ts';
import { readSiteFile, SITE_FILE } from '#functions/site-file.ts';
import { createdKeysIn } from '#topology/created-ids.ts';
import { loadTopology } from '#topology/load.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { renderConfig } from '#vyos/render.ts';

const file = readFileSync(new URL('../../examples/created.yaml', import.meta.url), 'utf8');
const { topology } = loadTopology(file, 'created.yaml');
const described = topology?.sites.find(({ name }) => name === 'tokyo');
if (topology === undefined || described === undefined) throw new Error('examples/created.yaml has no site tokyo');
const site = managedSite(topology, described, bgpNeighbors(topology));

/** Ids of the kind that AWS gives, of everything in the topology that is created. */
const createdIds = Object.fromEntries(createdKeysIn(topology).map((key, index) => [key, idOf(key, index)]));

function idOf(key: string, index: number): string {
  const prefix = { eni: 'eni-', vpc: 'vpc-', routeTable: 'rtb-', address: '203.0.113.' }[key.split(':')[0] ?? ''];
  return prefix === '203.0.113.' ? `${prefix}${index}` : `${prefix}${String(index).padStart(17, '0')}`;
}

const folder = mkdtempSync(join(tmpdir(), 'site-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The site as a function reads it from its bundle. */
function read(ids: string | undefined) {
  writeFileSync(join(folder, SITE_FILE), JSON.stringify(site));
  return readSiteFile({ LAMBDA_TASK_ROOT: folder, ...createdIdsEnvironment(ids) });
}

describe('a site with created routers, as a function reads it', () => {
  it('has the created ids of its environment, and no instances', () => {
    const found = read(JSON.stringify(createdIds));
    expect(found.routers.active).toMatchObject({ eni: createdIds['eni:tokyo-1'], name: 'tokyo-1' });
    expect(found.routers.active.instance).toBeUndefined();
    expect(found.routes.map(({ table }) => table)).toContain(createdIds['routeTable:tokyo']);
    expect(createdKeysIn(found)).toEqual([]);
  });

  it.each([
    ['none', undefined],
    ['the interface of one router only', JSON.stringify({ 'eni:tokyo-1': 'eni-0a1b2c3d4e5f60011' })],
  ])('is an error that names every missing id if the environment has %s', (_, ids) => {
    const missing = createdKeysIn(site).filter((key) => ids === undefined || key !== 'eni:tokyo-1');
    expect(missing).toContain('eni:tokyo-2');
    for (const key of missing) expect(() => read(ids)).toThrow(key);
  });

  it.each(['', 'eni-1', '["eni-1"]', '{"eni:tokyo-1":""}', '{"eni:tokyo-1":1}'])(
    'is an error that names the variable if it is %j',
    (ids) => expect(() => read(ids)).toThrow(/CREATED_IDS.*eploy/s),
  );
});

describe('a pushed topology with created routers', () => {
  it('gets the addresses that the stack was deployed with', () => {
    const ports = { site: withCreatedIds(site, createdIds), createdIds };
    const { topology: pushed, mistakes } = parsePushedTopology(file, ports);
    expect(mistakes).toBeUndefined();
    if (pushed === undefined) return;
    const lines = JSON.stringify(renderConfig(pushed, 'tokyo-1'));
    expect(lines).toContain(createdIds['address:virginia-1']);
    expect(lines).not.toContain('{{address');
  });

  it('is not pushed if it has an address that the stack does not know: the push would end a tunnel', () => {
    const { 'address:virginia-1': _, ...others } = createdIds;
    const { mistakes } = parsePushedTopology(file, { site: withCreatedIds(site, createdIds), createdIds: others });
    expect(mistakes).toContain('does not have the public address of virginia-1');
    expect(mistakes).toContain('deploy this topology first');
  });

  it('is not pushed if it states another address for a created router than its Elastic IP', () => {
    const ports = { site: withCreatedIds(site, createdIds), createdIds };
    const stale = file.replace(
      'virginia-1: { role: active,',
      'virginia-1: { role: active, publicAddress: 198.51.100.77,',
    );
    expect(stale).not.toBe(file);
    const { mistakes } = parsePushedTopology(stale, ports);
    expect(mistakes).toContain(
      `has 198.51.100.77 for virginia-1, and the deployed stack has ${createdIds['address:virginia-1']}`,
    );
    expect(mistakes).toContain('hint: remove publicAddress, or correct it');
  });

  it('is not pushed to a stack whose routers exist', () => {
    const { active, standby } = site.routers;
    const existing = { active: { ...active, instance: 'i-0a1b2c3d4e5f60011' }, standby };
    const ports = { site: withCreatedIds({ ...site, routers: existing }, createdIds), createdIds };
    expect(parsePushedTopology(file, ports).mistakes).toContain('tokyo-1 is created by the stacks');
  });
});
