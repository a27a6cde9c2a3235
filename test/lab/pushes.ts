import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { addSubnets } from '#lab/add-subnets.ts';
import { wayBetween } from '#lab/ping.ts';
import { planLab } from '#lab/plan.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { LABS, readTopology } from '#lab/state.ts';
import { vyosOf } from '#lab/vyos.ts';
import { pingDuring, TOPOLOGY, trafficFlows } from './lab-under-test.ts';

/** Has config-push wait for less than the minute, and the hold time, that it gives real networks. */
export function impatient(assembly: string): void {
  for (const file of globSync(join(assembly, '*.template.json'))) {
    const template = readFileSync(file, 'utf8');
    const quick = template
      .replace('"BGP_WITHIN_MS": "60000"', '"BGP_WITHIN_MS": "12000"')
      .replace('"BGP_STEADY_MS": "15000"', '"BGP_STEADY_MS": "4000"')
      .replace('"SHOW_WITHIN_MS": "25000"', '"SHOW_WITHIN_MS": "10000"')
      .replace('"NEIGHBORS_WITHIN_MS": "15000"', '"NEIGHBORS_WITHIN_MS": "5000"')
      .replace('"UNDO_WITHIN_MS": "60000"', '"UNDO_WITHIN_MS": "15000"');
    if (quick === template) throw new Error(`${file} does not say how long config-push waits`);
    writeFileSync(file, quick);
  }
}

const withSubnet = TOPOLOGY.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');
/** Nobody speaks with an AS of that number. */
const withWrongAs = withSubnet.replace('asn: 65002', 'asn: 65099');

export function pushes(lab: () => RaisedLab): void {
  it('brings a new subnet to the other site, and loses no packet of the old one', async () => {
    const file = fileOf(lab(), 'with-subnet', withSubnet);
    const wanted = planLab(readTopology(file), lab().plan, LABS);
    await addSubnets(lab().plan, wanted, lab().state);
    const way = { ...wayBetween(wanted, undefined, undefined), from: '10.1.16.11' };
    const { received: before } = await pingDuring(way, () => sleep(500));
    expect(before).toBe(0);

    const old = await pingDuring(wayBetween(lab().plan, undefined, undefined), async () => {
      const ends = await Promise.all(['tokyo', 'virginia'].map((site) => push(lab(), file, site)));
      expect(ends.map(({ code, says }) => ({ code, says }))).toMatchObject([{ code: 0 }, { code: 0 }]);
    });
    expect(await trafficFlows(lab(), way)).toBe(true);
    expect(old.sent - old.received).toBeLessThanOrEqual(5);
  });

  // After the other one: what was never pushed and is not wanted counts as somebody's own, and is not touched.
  it('that breaks BGP is rolled back, the other router does not get it, and BGP recovers', async () => {
    const file = fileOf(lab(), 'with-wrong-as', withWrongAs);
    const before = lab().here.routers.map((router) => vyosOf(router).running);
    const { code, says } = await push(lab(), file, 'tokyo');
    expect(code).toBe(1);
    expect(says).toMatch(/tokyo-2: its BGP sessions did not come back.*It runs its old configuration again/);
    await lab().becomesWell();
    expect(lab().here.routers.map((router) => vyosOf(router).running)).toEqual(before);
  });
}

export function fileOf({ plan }: RaisedLab, name: string, topology: string): string {
  const file = join(plan.directory, `${name}.yaml`);
  writeFileSync(file, topology);
  return file;
}

/** `vyos-failover config push`, as an operator runs it against the lab's AWS. */
export async function push(lab: RaisedLab, file: string, site: string, ...options: readonly string[]) {
  return ended(startPush(lab, file, site, options));
}

export function startPush(
  { state: { endpoint, keys } }: RaisedLab,
  file: string,
  site: string,
  options: readonly string[] = [],
) {
  return spawn('bin/vyos-failover', ['config', 'push', file, '--site', site, '--yes', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
}

export async function ended(child: ReturnType<typeof startPush>): Promise<{ code: number | null; says: string }> {
  const [says, [code]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number | null]>]);
  return { code, says };
}
