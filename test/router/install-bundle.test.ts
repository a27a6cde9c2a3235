/** The document that installs programs on a router that exists, with the real programs of its bundle. */
import { describe, expect, it, vi } from 'vitest';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { topology } from './boot.fixture.ts';
import { API, ExistingRouter } from './install-bundle.fixture.ts';

const slower = { ...topology, sites: topology.sites.map((site) => ({ ...site, confirmMs: 900 })) };

describe('an installation', () => {
  it('brings the programs and their configuration, changes no configuration of VyOS, and keeps what only its operator knows', async () => {
    const router = await ExistingRouter.start();
    const before = router.vyos.running;
    expect(await router.run('show')).toMatchObject({
      outcome: 'shown',
      installed: { version: null, sha256: null, agent: null },
      deployed: router.document.programs,
    });
    const answer = await router.run('install');
    expect(answer).toMatchObject({
      outcome: 'installed',
      installed: { version: PRODUCT_VERSION, sha256: router.document.programs.sha256 },
      agent: { state: 'none' },
    });
    expect(answer.attention).toEqual([expect.stringContaining('the SSM agent is missing')]);
    expect(router.read('report.conf')).toContain(`API_URL='${API}'\n`);
    // No API of another site is known here.
    expect(router.read('report.conf')).not.toContain('WITNESS');
    expect([router.isWhole(), router.vyos.running]).toEqual([true, before]);

    expect(await router.run('install', 'bbbbbbbb')).toMatchObject({ outcome: 'unchanged' });
    // A custom domain, the APIs of other sites, and an edit of the topology.
    const own = router.read('report.conf')?.replace(API, 'https://events.example.com') ?? '';
    const witness =
      "WITNESS_FOR='virginia-1@virginia=169.254.10.2'\nWITNESS_APIS='virginia@us-east-1=https://x9.execute-api.us-east-1.amazonaws.com'\n";
    router.write('report.conf', own + witness);
    router.deploy(slower);
    expect(await router.run('install', 'cccccccc')).toMatchObject({ outcome: 'installed' });
    const conf = router.read('report.conf');
    expect(conf).toContain("API_URL='https://events.example.com'\n");
    expect(conf).toContain("WITNESS_APIS='virginia@us-east-1=https://x9.execute-api.us-east-1.amazonaws.com'\n");
    expect(conf).toContain("CONFIRM_FOR='0.9'\n");
    // The same attempt is carried out once.
    router.deploy(topology);
    expect(await router.run('install', 'cccccccc')).toMatchObject({ outcome: 'installed' });
    expect(router.read('report.conf')).toBe(conf);
    // An API that was created again has another name.
    router.write('report.conf', conf?.replace('https://events.example.com', API.replace('a1b2c3', 'old')) ?? '');
    await router.run('install', 'dddddddd');
    expect(router.read('report.conf')).toContain(`API_URL='${API}'\n`);
    expect(router.read('report.conf')).not.toContain("CONFIRM_FOR='0.9'\n");
  });
});

describe('what is wrong is said, and the router keeps its programs', () => {
  it('a missing parameter, no permission, a missing object, another SHA-256, a bundle of an earlier release', async () => {
    const router = await ExistingRouter.start();
    await router.run('install');
    const kept = router.read('INDEX');
    const document = router.deploy(slower);
    const fails = async (attempt: string) => {
      const { outcome, says } = await router.run('install', attempt);
      expect([outcome, router.read('INDEX')]).toEqual(['failed', kept]);
      return says;
    };
    router.aws.denied.add('GetObject');
    expect(await fails('b0000001')).toMatch(
      /^s3:\/\/assets\/\S+ could not be read: AccessDenied: vyos-router is not auth/,
    );
    router.aws.denied.delete('GetObject');
    router.deploy(slower, { bundle: { ...document.bundle, sha256: '0'.repeat(64) } });
    expect(await fails('b0000002')).toMatch(/^the SHA-256 of s3:.* and not 0{64}: it is not used/);
    router.aws.objects.clear();
    expect(await fails('b0000003')).toMatch(/could not be read: NoSuchKey$/);
    router.aws.objects.set(`assets/${document.bundle.key}`, Buffer.from('a tar archive'));
    router.deploy(slower, { bundle: { ...document.bundle, sha256: '0'.repeat(64) } });
    router.aws.denied.add('GetParameter');
    const shown = await router.run('show');
    expect([shown.deployed, shown.why]).toEqual([null, expect.stringContaining('AccessDenied')]);
    router.aws.denied.delete('GetParameter');
    router.aws.parameters.clear();
    expect(await fails('b0000004')).toMatch(/^the parameter \S+\/boot\/tokyo-1 could not be read: ParameterNotFound$/);
    expect(await router.run('show')).toMatchObject({ outcome: 'shown', deployed: null });
  });

  it('a VyOS that has not booted yet', async () => {
    const router = await ExistingRouter.start();
    router.vyos.faults({ configFull: true });
    const { rmSync } = await import('node:fs');
    rmSync(`${router.vyos.folder}/tmp/vyos-config-status`);
    expect(await router.run('install')).toMatchObject({ outcome: 'failed', says: 'VyOS has not finished booting' });
    expect(router.read('INDEX')).toBeUndefined();
  });
});

describe('ended in the middle', () => {
  it('by the loss of the command, it continues, and the same command finds out how it ended', async () => {
    const router = await ExistingRouter.start();
    const command = router.begin('install');
    await vi.waitFor(() => expect(router.aws.requests.length).toBeGreaterThan(0), { timeout: 30_000, interval: 5 });
    command.kill();
    await command.done;
    expect(await router.run('install')).toMatchObject({ outcome: 'installed' });
    expect(router.aws.requests.filter(({ action }) => action === 'GetObject')).toHaveLength(1);
    expect(router.isWhole()).toBe(true);
  });

  it('by a reboot, it begins again; of two at once the second is refused', async () => {
    const router = await ExistingRouter.start();
    let rebooted = false;
    router.aws.onRequest = (action) => {
      if (action !== 'GetObject' || rebooted) return;
      rebooted = true;
      router.vyos.reboot();
    };
    const first = await router.begin('install').done;
    expect([rebooted, first.stdout]).toEqual([true, expect.not.stringContaining('installed"')]);
    const [one, other] = await Promise.all([router.run('install'), router.run('install', 'bbbbbbbb')]);
    expect(new Set([one.outcome, other.outcome])).toEqual(new Set(['installed', 'busy']));
    expect(router.isWhole()).toBe(true);
  });
});

describe('the SSM agent', () => {
  const OLD = '3.3.2746.0-1';
  const NEW = '3.3.3000.0-1';
  const NEWER = '3.3.3100.0-1';

  it('is replaced after the answer; stays if a command arrives through the new one, and is replaced by the earlier one if none does', async () => {
    const router = await ExistingRouter.start();
    router.deploy(topology, { agent: router.agent(NEW) });
    const answer = await router.run('install');
    expect([answer.outcome, answer.agent]).toEqual(['installed', { state: 'pending' }]);
    expect(await router.untilAgent()).toEqual({ state: 'upgraded' });
    expect([router.agentVersion, router.read('amazon-ssm-agent.deb')]).toEqual([NEW, expect.stringContaining(NEW)]);
    // The package is downloaded once.
    expect(await router.run('install', 'bbbbbbbb')).toMatchObject({ outcome: 'unchanged', agent: { state: 'same' } });

    router.deploy(topology, { agent: router.agent(OLD) });
    await router.run('install', 'cccccccc');
    expect(await router.untilAgent('cccccccc')).toEqual({ state: 'kept' });
    expect([router.agentVersion, router.read('amazon-ssm-agent.deb')]).toEqual([NEW, expect.stringContaining(NEW)]);
    expect(await router.run('install', 'dddddddd')).toMatchObject({ agent: { state: 'same' } });

    router.deploy(topology, { agent: router.agent(NEWER) });
    await router.run('install', 'eeeeeeee');
    await vi.waitFor(() => expect(router.agentVersion).toBe(NEWER), { timeout: 30_000, interval: 20 });
    // No command arrives.
    await vi.waitFor(() => expect(router.agentVersion).toBe(NEW), { timeout: 60_000, interval: 50 });
    const state = await router.untilAgent('eeeeeeee');
    expect(state).toEqual({
      state: 'restored',
      says: 'no command arrived through the new SSM agent within 300 s; the earlier SSM agent is installed again',
    });
    expect(router.read('amazon-ssm-agent.deb')).toContain(NEW);
  });
});
