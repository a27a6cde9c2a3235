import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Happening } from '#emulator/service.ts';
import { runCommandLine } from './program.ts';
import { PushableSite, pushableAssembly, SECRET, withNewSubnet } from './pushable-site.ts';
import { names, tokyo } from './site-under-test.ts';

const NEW = '10.1.16.0/20';
const { instance = '' } = tokyo.routers.standby;
/** As deployed. */
const READ_WITHIN_MS = 25_000;
const APPLY_WITHIN_MS = 120_000;

let folder: string;
let built: Awaited<ReturnType<typeof pushableAssembly>>;
let site: PushableSite;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vyos-failover-silent-'));
  writeFileSync(join(folder, 'topology.yaml'), withNewSubnet);
  built = await pushableAssembly();
  site = await PushableSite.start(built.directory);
  site.emulator.on(letDeadlinePass);
});
afterAll(async () => {
  await site.close();
  built.remove();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await site.reset();
  agent('online');
});
afterEach(() => site.failIfSaid(SECRET));

const push = (consent = '--yes') =>
  runCommandLine(site.emulator, ['config', 'push', '--site', 'tokyo', consent, join(folder, 'topology.yaml')]);
const agent = (state: 'online' | 'offline' | 'unregistered') =>
  site.emulator.ssm.agents.set(tokyo.region, instance, state);
const isNew = (lines: readonly string[]) => lines.some((line) => line.includes(NEW));
const configurations = () => [site.standby.running, site.standby.saved, site.active.running].map(isNew);

type Command = Extract<Happening, { kind: 'command' }>;
const commands = (): Command[] =>
  site.happenings().filter((each): each is Command => each.kind === 'command' && each.instance === instance);
/** How the commands of one document ended on the router. */
const ends = (document: string) =>
  commands()
    .filter((each) => each.document.includes(document) && each.status !== 'Pending' && each.status !== 'InProgress')
    .map(({ status }) => status);

/** A router may take minutes; those of a command without an answer pass at once. */
function letDeadlinePass(each: Happening): void {
  if (each.kind !== 'command' || each.instance !== instance || each.status !== 'InProgress') return;
  if (site.emulator.ssm.agents.get(tokyo.region, instance) === 'online') return;
  site.letPass(each.document.includes('apply-config') ? APPLY_WITHIN_MS : READ_WITHIN_MS);
}

/** Calls `act` once, in the moment in which a command that changes the router gets there, or ends. */
function when(status: 'Pending' | 'Success', act: () => void): void {
  const stop = site.emulator.on((each) => {
    if (each.kind !== 'command' || each.status !== status || !each.document.includes('apply-config')) return;
    stop();
    act();
  });
}

describe('a router whose SSM agent is gone is not touched, nor is the other one', () => {
  it('unknown to SSM: refused at once, with SSM’s own words', async () => {
    agent('unregistered');
    const { code, stdout } = await push();
    expect([code, stdout]).toEqual([
      4,
      expect.stringMatching(
        /the configuration of tokyo-2 could not be read: no agent: Systems Manager knows no SSM agent .*\(InvalidInstanceId: /,
      ),
    ]);
    expect([commands(), configurations()]).toEqual([[], [false, false, false]]);
    await site.emulator.tickSchedules(tokyo.region);
    const status = await runCommandLine(site.emulator, [
      'status',
      'tokyo',
      '--topology',
      join(folder, 'topology.yaml'),
    ]);
    expect([status.code, status.stdout]).toEqual([
      3,
      expect.stringMatching(
        /tokyo-2 .*nothing is known of its eBGP sessions; the probe could not read them: no agent: Systems/,
      ),
    ]);
  });
});

describe('a router that goes silent', () => {
  // The first push of this file that fails, which raises the alarm.
  it('after it applied: nothing is begun before its own timer has brought the old configuration back, and the next push begins from there', async () => {
    when('Success', () => agent('offline'));
    const { code, stdout } = await push();
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(
        /BGP sessions did not come back: its BGP neighbors could not be read.*It does not answer now .*; if it applied the new configuration, it runs the old one again by \d{4}-/,
      ),
    ]);
    expect([configurations(), ends('apply-config')]).toEqual([
      [true, false, false],
      ['Success', 'Cancelled'],
    ]);
    const alarm = { name: `${names.stack}--push-failed`, state: 'ALARM' };
    await expect.poll(() => site.emulator.alarms).toContainEqual(expect.objectContaining(alarm));

    const [applied, read] = [ends('apply-config'), ends('show-config')];
    const early = await push();
    expect([early.code, early.stdout, configurations()[2]]).toEqual([
      4,
      expect.stringMatching(/the configuration of tokyo-2 could not be read: .*no answer within 25 s/),
      false,
    ]);
    // Taken, never delivered, and cancelled at the deadline.
    expect([ends('apply-config'), ends('show-config')]).toEqual([applied, [...read, 'Cancelled']]);
    site.standby.fireTimers();
    expect(configurations()).toEqual([false, false, false]);
    agent('online');
    await expect.poll(() => ends('show-config')).toEqual([...read, 'Cancelled']);
    expect(await site.push(withNewSubnet)).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
    expect(configurations()).toEqual([true, true, false]);
  });

  it('before it got its new configuration: the command is cancelled, and does not run when the agent is back', async () => {
    // The SDK of a warm one would sign with the clock of the test before.
    await site.emulator.endIdleEnvironments(names.configPush);
    when('Pending', () => agent('offline'));
    const { code, stdout } = await push();
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(
        /tokyo-2: it did not report the result \(no answer within 90 s\)\. It does not answer now \(no answer within 60 s\); if it applied the new configuration, it runs the old one again by \d{4}-/,
      ),
    ]);
    // The apply, and the undo whose answer was lost.
    expect(ends('apply-config')).toEqual(['Cancelled', 'Cancelled']);
    agent('online');
    // Reads both routers; the test above has a push that is carried out after one that was lost.
    expect((await push('--dry-run')).code).toBe(0);
    expect([ends('apply-config'), configurations(), site.standby.timers]).toEqual([
      ['Cancelled', 'Cancelled'],
      [false, false, false],
      [],
    ]);
  });
});
