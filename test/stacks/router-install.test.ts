/** An edit of the topology on its way to routers that exist: cdk deploy, router install, config push. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import type { SimulatedVyos } from '#simulated-vyos/simulated-vyos.ts';
import { runCommandLine } from './program.ts';
import { asDeployed, PushableSite, pushableAssembly, SECRET } from './pushable-site.ts';
import { names, tokyo } from './site-under-test.ts';

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

it('an edit of detectors, confirm and bfd reaches routers that exist by cdk deploy, router install and config push', async () => {
  const first = await vyosFailover('router', 'install', 'tokyo', '--router', 'tokyo-2', '--by', 'ann', '--yes');
  expect(first).toMatchObject({ code: 0, sites: [{ outcome: 'installed', installed: ['tokyo-2'] }] });
  expect(confOf(site.standby)).toContain("DETECTORS='serf bfd'\n");
  const says = expect.stringContaining(
    `user/operator ("ann") installed programs. tokyo-2 has version ${PRODUCT_VERSION}`,
  ) as unknown;
  expect((await site.emulator.invoke(names.routeSwap, { action: 'history' })).payload).toMatchObject([
    { kind: 'push', reason: 'programs-installed', says, requestedBy: { stated: 'ann' } },
  ]);

  await site.emulator.deploy(edited.directory);
  topologyFile = join(folder, 'edited.yaml');
  // What tokyo-1 runs is unknown, and not old.
  expect(await status()).toMatchObject({
    programs: ['tokyo-2 runs other programs than those deployed: run vyos-failover router install tokyo'],
    current: [
      ['tokyo-1', null],
      ['tokyo-2', false],
    ],
  });
  expect(await vyosFailover('router', 'install', 'tokyo', '--yes')).toMatchObject({
    code: 0,
    sites: [{ outcome: 'installed', installed: ['tokyo-2', 'tokyo-1'] }],
  });
  for (const router of [site.active, site.standby]) {
    expect(confOf(router)).toMatch(/DETECTORS='bfd'\n[^]*CONFIRM_FOR='0\.7'\n/);
    expect(router.running.join('\n')).not.toContain('interval transmit 100');
  }
  // No push has made what they run.
  expect(await site.push(EDITED, ['drift'])).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
  expect(site.standby.saved.join('\n')).toMatch(/bfd .*interval \w+ 100/);
  expect(await status()).toMatchObject({
    programs: [],
    current: [
      ['tokyo-1', true],
      ['tokyo-2', true],
    ],
  });
  site.failIfSaid(SECRET);
});
