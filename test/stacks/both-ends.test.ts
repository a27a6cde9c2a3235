import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProgramEnd, runCommandLine } from './program.ts';
import { PushableSite, pushableAssembly, SECRET } from './pushable-site.ts';
import { changeTemplates, topology } from './site-under-test.ts';

const ROUTERS = ['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2'] as const;
const [TOKYO, VIRGINIA] = topology.sites.map(({ region }) => region) as [string, string];
/** As deployed. */
const FAR_END_MS = 60_000;
/** By the addresses of its ends. */
const FIRST_TUNNEL = topology.sites
  .map(({ routers: { active } }) => active.publicAddress)
  .toSorted()
  .join('--');
const NAME = '/vyos-failover/tokyo-virginia/psk/tokyo-2--virginia-2-2026-11';

/** The example with a new name for every tunnel's key. */
const rotated = readFileSync('examples/tokyo-virginia.yaml', 'utf8').replace(
  /psk: (\/[\w/.-]+)/g,
  (_, name: string) => `psk: ${name}-2026-11`,
);

let folder: string;
let built: Awaited<ReturnType<typeof pushableAssembly>>;
let site: PushableSite;
let associations: () => Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vyos-failover-both-ends-'));
  writeFileSync(join(folder, 'rotated.yaml'), rotated);
  built = await pushableAssembly(undefined, { FAR_END_MS: String(FAR_END_MS) });
  // Deployed with the new names: the routers may read them. They are all that another synthesis would make different.
  changeTemplates(built.directory, ({ Resources }) => {
    const text = JSON.stringify(Resources).replace(/psk\/tokyo-\d--virginia-\d/g, '$&-2026-11');
    Object.assign(Resources, JSON.parse(text));
  });
  site = await PushableSite.start(built.directory);
  associations = site.joinTunnels();
});
afterAll(async () => {
  await site.close();
  built.remove();
  rmSync(folder, { recursive: true });
});
const run = (line: readonly string[], file: string): Promise<ProgramEnd> =>
  runCommandLine(site.emulator, [...line, join(folder, file)]);
const running = (router: string) => site.routers.get(router)?.running.join('\n') ?? '';
const stored = (region: string, name = NAME) => site.emulator.ssm.parameters(region).get(name, undefined).value;
const store = (region: string, value: string) =>
  site.emulator.ssm
    .parameters(region)
    .put(NAME, value, { type: 'SecureString', overwrite: true, advanced: false, now: 0 });
const inForce = (word: string) => ROUTERS.filter((router) => running(router).includes(word));
const timers = () => ROUTERS.flatMap((router) => site.routers.get(router)?.timers ?? []);

/** Calls `act` once, as soon as two routers have carried out the document, from now on. */
function whenBothHave(document: string, act: () => void): void {
  const done = new Set<string>();
  const stop = site.emulator.on((each) => {
    if (each.kind !== 'command' || each.status !== 'Success' || !each.document.includes(document)) return;
    done.add(each.instance);
    if (done.size < 2) return;
    stop();
    act();
  });
}

it('a rotation of keys is undone at both ends where they have different values, and changes both ends of each tunnel together where they have the same', async () => {
  const before = associations();
  expect((await run(['secrets', 'check'], 'rotated.yaml')).code).toBe(3);
  expect((await run(['secrets', 'create', '--yes'], 'rotated.yaml')).code).toBe(0);
  const key = stored(TOKYO);
  expect(stored(VIRGINIA)).toBe(key);
  store(VIRGINIA, 'another-value');
  const check = await run(['secrets', 'check'], 'rotated.yaml');
  expect([check.code, check.stdout]).toEqual([
    3,
    expect.stringContaining(`${NAME}: different values in ${TOKYO} and ${VIRGINIA}`),
  ]);
  // Both wait for BGP by then.
  whenBothHave('apply-config', () => whenBothHave('list-neighbors', () => site.letPass(FAR_END_MS)));
  const failed = await run(['config', 'push', '--yes', '--json'], 'rotated.yaml');
  expect([failed.code, JSON.parse(failed.stdout)]).toMatchObject([
    1,
    {
      sites: [
        { outcome: 'undone', pushed: [], says: expect.stringMatching(/tokyo-2: .*old configuration again/) as unknown },
        {
          outcome: 'undone',
          pushed: [],
          says: expect.stringMatching(/virginia-2: .*old configuration again/) as unknown,
        },
      ],
    },
  ]);
  expect([inForce(SECRET), timers()]).toEqual([[...ROUTERS], []]);
  // Up again with the old key, set up anew when it went back. The push has not come to the other tunnel.
  const undone = associations();
  expect(Object.keys(undone)).toHaveLength(2);
  expect(Object.keys(undone).filter((tunnel) => undone[tunnel] === before[tunnel])).toEqual([FIRST_TUNNEL]);

  store(VIRGINIA, key);
  const push = await run(['config', 'push', '--yes'], 'rotated.yaml');
  expect([push.code, push.stdout]).toEqual([
    0,
    expect.stringMatching(
      /^✓ tokyo: tokyo-2 and tokyo-1 have their new configuration\.\n✓ virginia: virginia-2 and virginia-1 have their new configuration\.\n/,
    ),
  ]);
  expect(push.stderr).toContain('tokyo-2 and virginia-2 change together: tokyo-2--virginia-2 would be down');
  expect([inForce(SECRET), inForce(key)]).toEqual([[], ['tokyo-2', 'virginia-2']]);
  expect(Object.keys(undone).filter((tunnel) => associations()[tunnel] === undone[tunnel])).toEqual([]);
  const everything = site.everythingSaid() + push.stdout + push.stderr;
  expect(everything).not.toContain(key);
  site.failIfSaid(SECRET);
});
