import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { SILENT } from '../functions/fake-routers.ts';
import type { Surroundings } from './command-line.ts';
import { FILE, PushedSites } from './pushed-sites.ts';

const CHANGED = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');
const NEW = '10.1.16.0/20';

let sites: PushedSites;

beforeEach(() => {
  sites = new PushedSites();
});

const run = (line: readonly string[], around: Surroundings = {}) => sites.run(line, { stdin: CHANGED, ...around });
const router = (name: string) => sites.router(name);
const changed = () =>
  ['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2'].filter((name) => router(name).running.join('\n').includes(NEW));
const pushed = () => sites.calls.filter(({ payload }) => (payload as { action: string }).action === 'push');

describe('config diff', () => {
  it('ends with 3 and shows the commands where router and topology differ, and with 0 where they do not', async () => {
    const differing = await run(['config', 'diff', '-', '--router', 'tokyo-2']);
    expect(differing.exitCode).toBe(3);
    expect(differing.stdout).toContain('tokyo-2 (VyOS 1.4.0, stands by)');
    expect(differing.stdout).toMatch(/^ {2}\+ set .*10\.1\.16\.0\/20/m);
    const same = await run(['config', 'diff', '-', '--router', 'tokyo-1'], { stdin: FILE });
    expect([same.exitCode, same.stdout]).toEqual([0, 'tokyo-1 (VyOS 1.4.0, carries the traffic): no difference\n']);
  });

  it('shows changes made on the router, without their secrets', async () => {
    router('tokyo-1').running.push(
      "set protocols bgp neighbor 169.254.10.2 password 'hunter2'",
      "set protocols bgp neighbor 192.0.2.7 password 'hunter3'",
    );
    const { exitCode, stdout } = await run(['config', 'diff', '-', '--router', 'tokyo-1'], { stdin: FILE });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('added:   set protocols bgp neighbor 169.254.10.2 password (not shown)');
    expect(stdout).toContain('not managed: 1 node outside the topology: protocols bgp neighbor 192.0.2.7');
    expect(stdout).not.toMatch(/hunter/);
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

  it('notes in an emulated AWS why a router has no configuration', async () => {
    const diff = (endpoint: string) => {
      router('tokyo-1').answers.show = [SILENT];
      const env = { AWS_ENDPOINT_URL: endpoint };
      return run(['config', 'diff', '-', '--router', 'tokyo-1'], { env });
    };
    expect((await diff('http://127.0.0.1:4566')).stderr).toContain('the routers of existing sites run no VyOS');
    expect((await diff('https://vpce-0a1b2c3d.example')).stderr).toBe('');
  });

  it('ends with 1 for a router that does not answer, and with 2 for one that is not there', async () => {
    router('tokyo-1').answers.show = [SILENT];
    const silent = await run(['config', 'diff', '-', '--router', 'tokyo-1']);
    expect([silent.exitCode, silent.stdout]).toEqual([1, expect.stringContaining('could not be read')]);
    router('tokyo-1').answers.show = [{ kind: 'failed', why: 'exit code 1: this is no VyOS' }];
    const json = await run(['config', 'diff', '-', '--router', 'tokyo-1', '--json']);
    expect([json.exitCode, JSON.parse(json.stdout)]).toMatchObject([
      1,
      { different: null, problem: { reason: 'silent', says: expect.stringContaining('this is no VyOS') as string } },
    ]);
    const unknown = await run(['config', 'diff', '-', '--router', 'tokyo-3']);
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('there is no router "tokyo-3"')]);
    expect(sites.calls).toHaveLength(2);
  });

  it('says so where the function that is deployed is of another version', async () => {
    sites.instead = () => ({ outcome: 'bad-request', says: 'Not a request that config-push knows: action' });
    const { exitCode, stderr } = await run(['config', 'diff', '-', '--router', 'tokyo-1']);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/tokyo: Not a request .*\n {4}hint: deploy/)]);
  });

  it('claims no equality with a router whose version it does not know', async () => {
    router('tokyo-1').version = '';
    const args = ['config', 'diff', '-', '--router', 'tokyo-1'];
    const { exitCode, stdout } = await run([...args, '--json'], { stdin: FILE });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { different: null, problem: { reason: 'version' } }]);
    expect((await run(args, { stdin: FILE })).stdout).toMatch(
      /^tokyo-1 \(VyOS unknown, .*\n {2}! the VyOS release of .*could not be read/,
    );
  });
});

describe('config push', () => {
  it('goes site by site, the standby first, and says what it did', async () => {
    const { exitCode, stdout, stderr } = await run(['config', 'push', '-', '--yes']);
    expect(exitCode).toBe(0);
    expect(changed()).toEqual(['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2']);
    expect(stdout).toBe(
      '✓ tokyo: tokyo-2 and tokyo-1 have their new configuration.\n' +
        '✓ virginia: virginia-2 and virginia-1 have their new configuration.\n' +
        '\n' +
        'ROUTER      RUNNING  BOOT  ROLLBACK TO OLD\n' +
        'tokyo-2     new      new   none\n' +
        'tokyo-1     new      new   none\n' +
        'virginia-2  new      new   none\n' +
        'virginia-1  new      new   none\n',
    );
    expect(stderr.indexOf('tokyo-2 has its new')).toBeLessThan(stderr.indexOf('tokyo-1 has its new'));
    expect((await run(['config', 'push', '-', '--yes'])).stdout).toContain(
      'virginia: The routers have the pushed configuration',
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

  it('changes nothing with --dry-run, or without a terminal to confirm on', async () => {
    const dry = await run(['config', 'push', '-', '--dry-run', '--site', 'tokyo']);
    expect([dry.exitCode, dry.stdout]).toEqual([0, '✓ tokyo: tokyo-2, then tokyo-1 would change.\n']);
    expect((await run(['config', 'push', '-'])).exitCode).toBe(2);
    expect([changed(), pushed()]).toEqual([[], []]);
  });

  it('refuses all when one would be refused, and says how to set the rule aside', async () => {
    router('virginia-1').running.push("set interfaces tunnel tun0 ip source-validation 'strict'");
    const { exitCode, stdout } = await run(['config', 'push', '-', '--yes']);
    expect([exitCode, stdout]).toEqual([4, expect.stringContaining('overwrite them with --override drift')]);
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
        { site: 'virginia', outcome: 'not-begun', says: 'Not begun: the push failed at tokyo.' },
      ],
    });
    expect(changed()).toEqual(['tokyo-2']);
    router('tokyo-1').ebgp = () => [1, 1];
    const again = await run(['config', 'push', '-', '--yes']);
    expect(again.stderr).toContain('the push of ann@desk (not verified) at');
    expect([again.exitCode, changed()]).toEqual([0, ['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2']]);
  });

  it('knows its sites and its rules', async () => {
    const wrongSite = await run(['config', 'push', '-', '--site', 'osaka', '--yes']);
    expect([wrongSite.exitCode, wrongSite.stderr]).toEqual([2, expect.stringContaining('no site "osaka"')]);
    expect((await run(['config', 'push', '-', '--yes', '--override', 'lease'])).exitCode).toBe(2);
    expect(sites.calls).toEqual([]);
  });
});

describe('config push --json prints one object', () => {
  it('with what every router has where an answer is lost for good in the third of four steps', async () => {
    sites.instead = ({ payload, functionName }) => {
      const { action } = payload as { action: string };
      if (!functionName.includes('--virginia-') || action === 'plan') return undefined;
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    };
    const { exitCode, stdout } = await run(['config', 'push', '-', '--yes', '--json']);
    expect(exitCode).toBe(1);
    const { sites: views, next } = JSON.parse(stdout) as { sites: { routers: object[] }[]; next: string };
    expect(views.flatMap(({ routers }) => routers)).toMatchObject([
      { router: 'tokyo-2', runs: 'new', boots: 'new', revertsAt: null },
      { router: 'tokyo-1', runs: 'new', boots: 'new', revertsAt: null },
      { router: 'virginia-2', runs: 'old', boots: 'old', revertsAt: null },
      { router: 'virginia-1', runs: 'old', boots: 'old', revertsAt: null },
    ]);
    expect(next).toBe('vyos-failover config push -');
  });

  it('where nothing can be asked, of the error', async () => {
    sites.instead = () => {
      throw Object.assign(new Error('nobody is logged in'), { name: 'CredentialsProviderError' });
    };
    for (const line of [
      ['push', '--yes', '--json'],
      ['diff', '--router', 'tokyo-1', '--json'],
    ]) {
      const { exitCode, stdout } = await run(['config', ...line, '-']);
      expect([exitCode, JSON.parse(stdout)]).toEqual([
        1,
        {
          schema: 'vyos-failover.error/1',
          exitCode: 1,
          says: expect.stringContaining('nobody is logged in') as string,
          hint: expect.stringContaining('log in') as string,
        },
      ]);
    }
  });

  it('of a topology with mistakes, and of a wrong command line', async () => {
    const wrong = await run(['config', 'push', '-', '--yes', '--json'], { stdin: 'name: x\n' });
    expect([wrong.exitCode, JSON.parse(wrong.stdout)]).toMatchObject([
      2,
      { schema: 'vyos-failover.error/1', exitCode: 2 },
    ]);
    const line = await run(['config', 'push', '-', '--yes', '--json', '--override', 'lease']);
    expect([line.exitCode, JSON.parse(line.stdout)]).toMatchObject([2, { exitCode: 2 }]);
  });
});
