import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '#cli/outside.ts';
import { managedSite } from '#failover/site.ts';
import { endHeld } from '#functions/config-push/end-held.ts';
import { answerOfPlan, planSite } from '#functions/config-push/plan-site.ts';
import { pushConfig } from '#functions/config-push/push-config.ts';
import { readConfigPushRequest } from '#functions/config-push/request.ts';
import type { PushTools } from '#functions/config-push/tools.ts';
import type { Site } from '#topology/topology.ts';
import { renderConfig } from '#vyos/render.ts';
import { FakePushes, FakeRouter, handsOn, SILENT } from '../functions/fake-routers.ts';
import { FakeWorld } from '../functions/fakes.ts';
import { example } from '../vyos/topologies.ts';
import { commandLine, type Ended, examplesFolder, type Surroundings } from './command-line.ts';

const topology = example('tokyo-virginia');
const FILE = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8');
const CHANGED = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');
const NEW = '10.1.16.0/20';

/** A site's config-push over fake routers. */
class PushedSite {
  readonly world: FakeWorld;
  readonly pushes = new FakePushes();
  readonly routers: Readonly<Record<string, FakeRouter>>;
  runs = 0;

  constructor(site: Site) {
    this.world = new FakeWorld(managedSite(topology, site));
    const names = [site.routers.active.name, site.routers.standby.name];
    this.routers = Object.fromEntries(names.map((name) => [name, new FakeRouter(asRunning(name))]));
  }

  async answer(payload: unknown): Promise<unknown> {
    this.runs += 1;
    const request = readConfigPushRequest(payload);
    const tools: PushTools = {
      ...this.world.tools(),
      ...handsOn(this.routers),
      run: `run-${this.runs}`,
      pushes: this.pushes.store,
      verify: { withinMs: 10_000, steadyMs: 0, farEndMs: 10_000 },
    };
    if (request.action === 'push') return pushConfig(request, tools);
    if (request.action !== 'plan') return endHeld(request, tools);
    const plan = await planSite(request.topology, request.overrides, tools);
    return 'outcome' in plan ? plan : answerOfPlan(plan, this.pushes.last);
  }
}

let sites: Map<string, PushedSite>;
let calls: Call[];

beforeEach(() => {
  calls = [];
  sites = new Map(
    topology.sites.map((site) => [`vyos-failover-tokyo-virginia-${site.name}-config-push`, new PushedSite(site)]),
  );
});

function asRunning(router: string): string[] {
  return renderConfig(topology, router).lines.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, "'(not shown)'"));
}

function run(line: readonly string[], around: Surroundings = {}): Promise<Ended> {
  const invoke = async (call: Call) => {
    calls.push(call);
    const answer = await sites.get(call.functionName)?.answer(call.payload);
    return JSON.parse(JSON.stringify(answer)) as unknown;
  };
  return commandLine(line, { invoke, stdin: CHANGED, ...around });
}

const router = (name: string): FakeRouter => {
  const found = [...sites.values()].map(({ routers }) => routers[name]).find((each) => each !== undefined);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const changed = () =>
  ['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2'].filter((name) => router(name).running.join('\n').includes(NEW));
const pushed = () => calls.filter(({ payload }) => (payload as { action: string }).action === 'push');

describe('config diff', () => {
  it('ends with 3 and shows the commands where router and topology differ, and with 0 where they do not', async () => {
    const differing = await run(['config', 'diff', '-', '--router', 'tokyo-2']);
    expect(differing.exitCode).toBe(3);
    expect(differing.stdout).toContain('tokyo-2 (VyOS 1.4.0, stands by)');
    expect(differing.stdout).toMatch(/^ {2}\+ set .*10\.1\.16\.0\/20/m);
    const same = await run(['config', 'diff', '-', '--router', 'tokyo-1'], { stdin: FILE });
    expect([same.exitCode, same.stdout]).toEqual([0, 'tokyo-1 (VyOS 1.4.0, carries the traffic): no difference\n']);
  });

  it('shows changes that nobody pushed, without their secrets', async () => {
    router('tokyo-1').running.push("set protocols bgp neighbor 192.0.2.7 password 'hunter2'");
    const { exitCode, stdout } = await run(['config', 'diff', '-', '--router', 'tokyo-1'], { stdin: FILE });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('there:   set protocols bgp neighbor 192.0.2.7 password (not shown)');
    expect(stdout).not.toContain('hunter2');
  });

  it('gives JSON', async () => {
    const { stdout } = await run(['config', 'diff', '-', '--router', 'tokyo-2', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'vyos-failover.config-diff/1',
      site: 'tokyo',
      router: 'tokyo-2',
      different: true,
      problem: null,
    });
  });

  it('ends with 1 for a router that does not answer, and with 2 for one that is not there', async () => {
    router('tokyo-1').answers.show = [SILENT];
    const silent = await run(['config', 'diff', '-', '--router', 'tokyo-1']);
    expect([silent.exitCode, silent.stdout]).toEqual([1, expect.stringContaining('did not tell its configuration')]);
    const unknown = await run(['config', 'diff', '-', '--router', 'tokyo-3']);
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('there is no router "tokyo-3"')]);
    expect(calls).toHaveLength(1);
  });
});

describe('config push', () => {
  it('goes site by site, the standby first, and says what it did', async () => {
    const { exitCode, stdout, stderr } = await run(['config', 'push', '-', '--yes']);
    expect(exitCode).toBe(0);
    expect(changed()).toEqual(['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2']);
    expect(stdout).toBe(
      '✓ tokyo: tokyo-2 and tokyo-1 have their new configuration.\n' +
        '✓ virginia: virginia-2 and virginia-1 have their new configuration.\n',
    );
    expect(stderr.indexOf('tokyo-2 has its new')).toBeLessThan(stderr.indexOf('tokyo-1 has its new'));
    expect((await run(['config', 'push', '-', '--yes'])).stdout).toContain(
      'virginia: The routers have what they should',
    );
  });

  it('shows all plans and asks one question, and takes anything but yes for no', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-push-'));
    writeFileSync(join(folder, 'topology.yaml'), CHANGED);
    try {
      const atTerminal = { terminal: true, cwd: folder, env: { NO_COLOR: '1' } };
      const no = await run(['config', 'push'], { ...atTerminal, stdin: 'n\n' });
      expect([no.exitCode, no.stderr]).toEqual([
        4,
        expect.stringContaining('Change tokyo-2, then tokyo-1, then virginia-2, then virginia-1? [y/N]'),
      ]);
      expect([changed(), pushed()]).toEqual([[], []]);
      expect((await run(['config', 'push', '--site', 'tokyo'], { ...atTerminal, stdin: 'yes\n' })).exitCode).toBe(0);
      expect(changed()).toEqual(['tokyo-1', 'tokyo-2']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('changes nothing with --dry-run, or when nobody can be asked', async () => {
    const dry = await run(['config', 'push', '-', '--dry-run', '--site', 'tokyo']);
    expect([dry.exitCode, dry.stdout]).toEqual([0, '✓ tokyo: tokyo-2, then tokyo-1 would change.\n']);
    expect((await run(['config', 'push', '-'])).exitCode).toBe(2);
    expect([changed(), pushed()]).toEqual([[], []]);
  });

  it('refuses all when one would be refused, and says how to set the rule aside', async () => {
    router('virginia-1').running.push("set interfaces tunnel tun7 mtu '1300'");
    const { exitCode, stdout } = await run(['config', 'push', '-', '--yes']);
    expect([exitCode, stdout]).toEqual([4, expect.stringContaining('give them up with override "drift"')]);
    expect(changed()).toEqual([]);
    expect((await run(['config', 'push', '-', '--yes', '--override', 'drift'])).exitCode).toBe(0);
  });

  it('stops at the first router that does not come back, with 1, and says what is left', async () => {
    router('tokyo-1').ebgp = () => [changed().includes('tokyo-1') ? 0 : 1, 1];
    const { exitCode, stdout } = await run(['config', 'push', '-', '--yes', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'vyos-failover.config-push/1',
      sites: [
        { site: 'tokyo', outcome: 'undone', pushed: ['tokyo-2'], remaining: ['tokyo-1'] },
        { site: 'virginia', outcome: 'not-begun', says: 'Not begun: tokyo did not end well.' },
      ],
    });
    expect(changed()).toEqual(['tokyo-2']);
    router('tokyo-1').ebgp = () => [1, 1];
    const again = await run(['config', 'push', '-', '--yes']);
    expect(again.stderr).toContain('the push of ann@desk at');
    expect([again.exitCode, changed()]).toEqual([0, ['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2']]);
  });

  it('knows its sites and its rules', async () => {
    const wrongSite = await run(['config', 'push', '-', '--site', 'osaka', '--yes']);
    expect([wrongSite.exitCode, wrongSite.stderr]).toEqual([2, expect.stringContaining('no site "osaka"')]);
    expect((await run(['config', 'push', '-', '--yes', '--override', 'lease'])).exitCode).toBe(2);
    expect(calls).toEqual([]);
  });
});
