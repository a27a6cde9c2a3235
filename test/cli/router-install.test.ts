/** `router install` at the workstation: what it shows of each router, and what it knows if an answer is lost. */
import { describe, expect, it } from 'vitest';
import type { InstallResult, Programs } from '#contracts/install-result.ts';
import { commandLine } from './command-line.ts';

const OLD: Programs = { version: '0.1.0', sha256: '1'.repeat(64), agent: null };
const NEW: Programs = { version: '0.2.0', sha256: '2'.repeat(64), agent: null };

type Request = Readonly<Record<'action' | 'dryRun' | 'only', unknown>>;

/** A site's config-push, which tells of both routers whatever it is asked. */
function answer(site: string, isNew: readonly string[], { dryRun, only }: Request, router?: string): InstallResult {
  const all = [`${site}-2`, `${site}-1`];
  const remaining = all.filter((name) => !isNew.includes(name) && (only === undefined || name === only));
  return {
    outcome: dryRun === true ? 'planned' : 'installed',
    reason: dryRun === true ? 'planned' : 'installed',
    says: router === undefined ? 'x' : `${router} has version 0.2.0.`,
    site,
    ...(router !== undefined && { router }),
    remaining,
    routers: all.map((name) => {
      const has = isNew.includes(name);
      const left = [`${name} keeps its crontab`];
      return { name, installed: has ? NEW : OLD, deployed: NEW, differs: !has, attention: left };
    }),
  };
}

/** Both sites of the example. @param lose what the request for a router throws, in place of its answer */
function deployed(lose: (router: string) => Error | undefined = () => undefined) {
  const isNew: string[] = [];
  return {
    invoke({ functionName, payload }: { readonly functionName: string; readonly payload: unknown }): InstallResult {
      const site = functionName.includes('--virginia') ? 'virginia' : 'tokyo';
      const request = payload as Request;
      if (request.dryRun === true) return answer(site, isNew, request);
      const [router = ''] = answer(site, isNew, request).remaining;
      const lost = lose(router);
      if (lost !== undefined) throw lost;
      isNew.push(router);
      return answer(site, isNew, request, router);
    },
  };
}

const INSTALL = ['router', 'install', '--topology', 'tokyo-virginia.yaml', '--yes'];
const lost = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

interface Printed {
  readonly sites: readonly {
    readonly site: string;
    readonly outcome: string;
    readonly says: string;
    readonly installed: readonly string[];
    readonly remaining: readonly string[];
    readonly routers: readonly { readonly name: string; readonly installed?: object }[];
  }[];
}

describe('router install whose answer is lost', () => {
  it('prints what is known: the routers that are done, the lost one as unknown, and the rest as not begun', async () => {
    const around = deployed((router) => (router === 'tokyo-1' ? lost() : undefined));
    const { exitCode, stdout } = await commandLine([...INSTALL, '--json'], around);
    const { sites } = JSON.parse(stdout) as Printed;
    expect([exitCode, sites]).toMatchObject([
      1,
      [
        { site: 'tokyo', outcome: 'unknown', installed: ['tokyo-2'], remaining: ['tokyo-1'], router: 'tokyo-1' },
        { site: 'virginia', outcome: 'not-begun', installed: [], remaining: ['virginia-2', 'virginia-1'] },
      ],
    ]);
    const [tokyo] = sites;
    expect(tokyo?.routers.map(({ name, installed }) => [name, installed])).toEqual([
      ['tokyo-2', NEW],
      ['tokyo-1', undefined],
    ]);
    expect(tokyo?.says).toMatch(
      /^It is not known how the installation on tokyo-1 ended: .* was invoked and did not answer: socket hang up\. It has either its old or its new programs; run router install again\.$/,
    );
  });

  it('says the same without --json', async () => {
    const around = deployed((router) => (router === 'tokyo-1' ? lost() : undefined));
    const { exitCode, stdout } = await commandLine(INSTALL, around);
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringMatching(
        /^! tokyo: tokyo-2 has the programs that are deployed\. It is not known how the installation on tokyo-1 ended: /,
      ),
    ]);
    expect(stdout).toContain('! virginia: Not begun. virginia-2 and virginia-1 would get what is deployed.\n');
  });

  it('knows that a request which AWS has refused was not begun', async () => {
    const around = deployed((router) =>
      router === 'tokyo-1'
        ? Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' })
        : undefined,
    );
    const { exitCode, stdout } = await commandLine([...INSTALL, '--json'], around);
    const [tokyo] = (JSON.parse(stdout) as Printed).sites;
    expect([exitCode, tokyo]).toMatchObject([1, { outcome: 'failed', installed: ['tokyo-2'] }]);
    expect(tokyo?.routers.map(({ installed }) => installed)).toEqual([NEW, OLD]);
    expect(tokyo?.says).toMatch(
      /^The installation on tokyo-1 was not begun: Lambda throttled the invocation .*: Rate exceeded\. Try again in a minute; /,
    );
  });

  it('prints what is known after Ctrl-C, too, and ends with 130', async () => {
    const interrupt = new AbortController();
    const around = deployed((router) => {
      if (router !== 'tokyo-1') return undefined;
      interrupt.abort();
      return lost();
    });
    const { exitCode, stdout } = await commandLine([...INSTALL, '--json'], { ...around, signal: interrupt.signal });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      130,
      { sites: [{ outcome: 'interrupted', installed: ['tokyo-2'] }, { outcome: 'not-begun' }] },
    ]);
  });
});

describe('router install --router', () => {
  it('does not mention the other router', async () => {
    const line = [...INSTALL, '--router', 'tokyo-2'];
    const { exitCode, stdout, stderr } = await commandLine(line, deployed());
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('tokyo-2')]);
    expect(`${stdout}${stderr}`).not.toContain('tokyo-1');
    const json = await commandLine([...line, '--dry-run', '--json'], deployed());
    expect((JSON.parse(json.stdout) as Printed).sites[0]?.routers.map(({ name }) => name)).toEqual(['tokyo-2']);
  });
});
