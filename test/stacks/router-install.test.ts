/** An edit of the topology on its way to routers that exist: cdk deploy, router install, config push. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { instanceOf } from '#demo/account-of-topology.ts';
import type { SimulatedVyos } from '#simulated-vyos/simulated-vyos.ts';
import { runCommandLine } from './program.ts';
import { asDeployed, PushableSite, pushableAssembly, SECRET } from './pushable-site.ts';
import { names, tokyo } from './site-under-test.ts';

const { standby } = tokyo.routers;
/** What three kinds of files change: report.conf, the units, and the configuration of VyOS. */
const EDITED = asDeployed
  .replace('profile: fast\n', 'profile: fast\nbfd: { interval: 100ms, multiplier: 6 }\n')
  .replace('    detectors: [serf, bfd]\n', '    detectors: [bfd]\n    confirm: 700ms\n');

let folder: string;
let built: Awaited<ReturnType<typeof pushableAssembly>>;
let edited: Awaited<ReturnType<typeof pushableAssembly>>;
let site: PushableSite;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'router-install-'));
  writeFileSync(join(folder, 'edited.yaml'), EDITED);
  built = await pushableAssembly();
  edited = await pushableAssembly(join(folder, 'edited.yaml'));
  // The clock of its functions, as `PushableSite` makes one for the first.
  writeFileSync(join(edited.directory, 'clock-ahead'), '0');
  site = await PushableSite.start(built.directory);
}, 600_000);
afterAll(async () => {
  await site.close();
  built.remove();
  edited.remove();
  rmSync(folder, { recursive: true });
});

async function vyosFailover(...line: readonly string[]) {
  const { code, stdout, stderr } = await runCommandLine(site.emulator, [...line, '--json'], {
    VYOS_FAILOVER_TOPOLOGY: topologyFile,
  });
  const answer = JSON.parse(stdout) as { readonly sites?: unknown; readonly [key: string]: unknown };
  return { ...answer, code, stderr };
}
let topologyFile = 'examples/tokyo-virginia.yaml';

const confOf = ({ folder: disk }: SimulatedVyos) =>
  readFileSync(join(disk, 'config/vyos-failover/report.conf'), 'utf8');

async function status() {
  await site.emulator.tickSchedules(tokyo.region);
  const { code, sites } = await vyosFailover('status', 'tokyo');
  const [{ attention, routers } = { attention: [], routers: [] }] = sites as {
    attention: string[];
    routers: { name: string; programs: { current: boolean | null } }[];
  }[];
  const programs = attention.filter((each) => each.includes('programs'));
  return { code, programs, current: routers.map(({ name, programs: { current } }) => [name, current]) };
}

describe('routers that exist', () => {
  it('get the programs that are deployed, the standby first; before, what they run is unknown and not old', async () => {
    expect(await status()).toMatchObject({
      programs: [],
      current: [
        ['tokyo-1', null],
        ['tokyo-2', null],
      ],
    });
    const dryRun = await vyosFailover('router', 'install', 'tokyo', '--dry-run');
    expect(dryRun).toMatchObject({ code: 3, sites: [{ outcome: 'planned', remaining: ['tokyo-2', 'tokyo-1'] }] });
    const installed = await vyosFailover('router', 'install', 'tokyo', '--by', 'ann', '--yes');
    expect(installed).toMatchObject({ code: 0, sites: [{ outcome: 'installed', installed: ['tokyo-2', 'tokyo-1'] }] });
    expect(confOf(site.standby)).toContain("DETECTORS='serf bfd'\n");
    expect(await status()).toMatchObject({
      programs: [],
      current: [
        ['tokyo-1', true],
        ['tokyo-2', true],
      ],
    });
    const history = (await site.emulator.invoke(names.routeSwap, { action: 'history' })).payload;
    const says = `user/operator ("ann") installed programs. tokyo-1 has version ${PRODUCT_VERSION}`;
    expect(history).toMatchObject([
      {
        kind: 'push',
        reason: 'programs-installed',
        says: expect.stringContaining(says) as string,
        requestedBy: { stated: 'ann' },
      },
      { reason: 'programs-installed' },
    ]);
    expect(await vyosFailover('router', 'install', 'tokyo', '--yes')).toMatchObject({
      code: 0,
      sites: [{ outcome: 'unchanged' }],
    });
  });

  it('run an edit of detectors, confirm and bfd after cdk deploy, router install and config push', async () => {
    // What they run now counts as pushed.
    expect(await vyosFailover('config', 'push', '--site', 'tokyo', '--yes')).toMatchObject({ code: 0 });
    await site.emulator.deploy(edited.directory);
    topologyFile = join(folder, 'edited.yaml');
    const [line = ''] = (await status()).programs;
    expect(line).toBe(
      'tokyo-1 and tokyo-2 run other programs than those deployed: run vyos-failover router install tokyo',
    );
    expect(await vyosFailover('router', 'install', 'tokyo', '--yes')).toMatchObject({ code: 0 });
    for (const router of [site.active, site.standby]) {
      expect(confOf(router)).toMatch(/DETECTORS='bfd'\n[^]*CONFIRM_FOR='0\.7'\n/);
      expect(router.running.join('\n')).not.toContain('interval transmit 100');
    }
    const pushed = await vyosFailover('config', 'push', '--site', 'tokyo', '--yes');
    expect(pushed).toMatchObject({ code: 0, sites: [{ outcome: 'pushed' }] });
    for (const router of [site.active, site.standby]) expect(router.saved.join('\n')).toMatch(/bfd .*interval \w+ 100/);
    expect(await status()).toMatchObject({
      programs: [],
      current: [
        ['tokyo-1', true],
        ['tokyo-2', true],
      ],
    });
    site.failIfSaid(SECRET);
  });
});

describe('refused, with a reason, and nothing is changed', () => {
  const dryRun = () => vyosFailover('router', 'install', 'tokyo', '--router', 'tokyo-2', '--dry-run');

  it('while Systems Manager knows no agent of the router', async () => {
    const { agents } = site.emulator.ssm;
    agents.set(tokyo.region, instanceOf(standby), 'unregistered');
    expect(await dryRun()).toMatchObject({ code: 4, sites: [{ outcome: 'refused', reason: 'silent' }] });
    agents.set(tokyo.region, instanceOf(standby), 'online');
    expect(await dryRun()).toMatchObject({ code: 0 });
  });
});
