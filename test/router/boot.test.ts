/** A created router, from power on to its configuration, with all the real programs of its user data and its bundle. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import { configBefore } from '#functions/config-push/plan/config-before.ts';
import { readRunningConfig } from '#functions/config-push/router/running-config.ts';
import { diffConfig } from '#vyos/diff.ts';
import { renderConfig } from '#vyos/render.ts';
import { KEY, NewRouter, ROUTER, topology } from './boot.fixture.ts';
import { CREDENTIALS, type ReceivedRequest } from './http-servers.ts';
import { readProcesses } from './router.fixture.ts';

/** What the image and the user data configure besides; not the password that each VyOS has at first. */
const IMAGE = [
  'set interfaces ethernet eth0 address dhcp',
  'set service ssh port 22',
  'set system login user vyos authentication encrypted-password *',
  'set system name-server eth0',
];

/** With the keys in it, as VyOS shows it, and with what the image has besides. */
function running(lines: readonly string[]): readonly string[] {
  const all = [...lines, ...IMAGE];
  return all.map((line) => line.replace(/'\{\{ssm:[^}]*\}\}'/, KEY)).toSorted();
}

const { lines } = renderConfig(topology, ROUTER);

/** What it runs, what its daemons have, and what it boots with. */
const sides = ({ router: { vyos } }: NewRouter) => [vyos.running, vyos.daemons, vyos.saved];
const all = (wanted: readonly string[]) => [wanted, wanted, wanted].map(running);

describe('a new router', () => {
  it('builds itself: agent, programs, keys, which it shows nowhere, and configuration; at the next boot it only starts its programs', async () => {
    const launched = await NewRouter.launch();
    const seen: string[] = [];
    launched.aws.onRequest = () => {
      for (const { cmdline, environ } of readProcesses()) seen.push(cmdline, environ);
    };
    await launched.router.start();
    await launched.untilBuilt();

    expect(sides(launched)).toEqual(all(lines));
    expect(launched.router.hasAgent).toBe(true);
    const conf = readFileSync(join(launched.folder, 'config/vyos-failover/report.conf'), 'utf8');
    expect(conf).toContain(`API_URL='${launched.document.apiUrl}'`);
    expect(conf).toContain(`WITNESS_APIS='virginia@us-east-1=${launched.document.witnessUrls['virginia']}'`);
    expect(existsSync(join(launched.folder, 'systemd/vyos-failover-reconcile.service'))).toBe(true);
    await launched.untilConsole(/this router is built/);
    expect(existsSync(join(launched.folder, 'var/lib/vyos-failover-boot'))).toBe(false);

    expect(launched.aws.requests.length).toBeGreaterThan(3);
    expectNoKeyIn([...seen, ...shownBy(launched)]);

    expect(toPush(launched)).toEqual([]);
    const download = launched.aws.requests.find(({ action }) => action === 'GetObject');
    expect(download?.headers.authorization).toBe(await signatureOf(download));

    launched.aws.requests.length = 0;
    await launched.router.reboot();
    expect(launched.aws.requests).toEqual([]);
    expect(existsSync(join(launched.folder, 'services'))).toBe(false);
    expect(existsSync(join(launched.folder, 'systemd/vyos-failover-reconcile.service'))).toBe(true);
    expect(launched.router.hasAgent).toBe(true);
    expect(sides(launched)).toEqual(all(lines));
  });
});

describe('what is not there yet is awaited, and the console says what it is', () => {
  it('network, parameter, permissions, the right bundle, keys: one after the other', async () => {
    const launched = await NewRouter.launch();
    const { router, aws, document } = launched;
    const [[key, object], [agent, agentPackage]] = [...aws.objects] as [[string, Buffer], [string, Buffer]];
    const psk = [...aws.parameters.keys()].find((name) => name.includes('/psk/')) ?? '';
    const has = (file: string) => existsSync(join(launched.folder, file));
    const restore = await launched.cutNetwork();
    launched.deploy(undefined);
    aws.objects.clear();
    aws.parameters.delete(psk);
    await router.start();
    await launched.untilConsole(/waiting: the parameter \S+\/boot\/tokyo-1 could not be read: no answer from http/);

    aws.denied.add('GetParameter');
    await restore();
    await launched.untilConsole(
      /boot\/tokyo-1 could not be read: AccessDeniedException: vyos-router is not authorized/,
    );
    aws.denied.delete('GetParameter');
    await launched.untilConsole(/boot\/tokyo-1 could not be read: ParameterNotFound/);

    aws.denied.add('GetObject');
    launched.deploy({ ...document, bundle: { ...document.bundle, sha256: '0'.repeat(64) } });
    await launched.untilConsole(/waiting: s3:\S+ \S+ could not be read: AccessDenied: vyos-router is not authorized/);
    aws.denied.delete('GetObject');
    await launched.untilConsole(/could not be read: NoSuchKey/);
    aws.objects.set(key, object);
    await launched.untilConsole(/the SHA-256 of s3:.* and not 0{64}: it is not used/);
    launched.deploy(document);
    await launched.untilConsole(/agent\.deb could not be read: NoSuchKey/);
    expect(has('config/vyos-failover')).toBe(false);

    aws.denied.add('GetItem');
    aws.objects.set(agent, agentPackage);
    await launched.untilConsole(/pushed last could not be read from the table tokyo-table: AccessDenied/);
    // Operators can reach it meanwhile, and it does not run the configuration of its bundle.
    expect([router.hasAgent, router.vyos.running.length]).toEqual([true, IMAGE.length + 1]);
    aws.denied.delete('GetItem');
    await launched.untilConsole(new RegExp(`waiting: ${psk} could not be fetched: ParameterNotFound`));
    expect(router.vyos.running).toHaveLength(IMAGE.length + 1);
    aws.parameters.set(psk, KEY);
    await launched.untilBuilt();
    expect(sides(launched)).toEqual(all(lines));
  });

  it('once while it is the same, and again after some minutes', async () => {
    const launched = await NewRouter.launch();
    launched.deploy(undefined);
    const [before, { router }] = [launched.router.vyos.uptime, launched];
    await router.start();
    await launched.untilConsole(/(ParameterNotFound[^]*){2}/);
    expect(launched.aws.requests.length).toBeGreaterThan(8);
    expect(router.console.match(/waiting/g)).toHaveLength(2);
    expect(router.vyos.uptime - before).toBeGreaterThan(300);
  });

  it('once as well if the serial port is the console of the kernel', async () => {
    const launched = await NewRouter.launch();
    launched.deploy(undefined);
    await rm(join(launched.folder, 'dev/console'));
    await symlink('ttyS0', join(launched.folder, 'dev/console'));
    await writeFile(join(launched.folder, 'sys/class/tty/console/active'), 'tty0 ttyS0\n');
    await launched.router.start();
    await launched.untilConsole(/ParameterNotFound/);
    expect(launched.router.console.match(/waiting/g)).toHaveLength(1);
  });
});

describe('what is wrong does not run', () => {
  it('a bundle that is no archive, a boot parameter that is no object, one without an address that is needed; what was pushed last is preferred', async () => {
    const launched = await NewRouter.launch();
    const content = Buffer.from('<html>');
    const sha256 = createHash('sha256').update(content).digest('hex');
    launched.aws.objects.set('assets/page', content);
    launched.deploy({ ...launched.document, bundle: { bucket: 'assets', key: 'page', sha256 } });
    launched.aws.pushed = lines.map((line) => line.replace(/198\.51\.100\.10\b/, '{{address:virginia-1}}'));
    await launched.router.start();
    await launched.untilConsole(/waiting: the bundle cannot be unpacked/);
    launched.aws.parameters.set(launched.parameter, '[]');
    await launched.untilConsole(/waiting: the parameter \S+ names no bundle: deploy the stack of this router again/);
    expect(existsSync(join(launched.folder, 'config/vyos-failover'))).toBe(false);

    launched.deploy({ ...launched.document, addresses: {} });
    await launched.untilConsole(/the boot parameter has no address:virginia-1/);
    launched.deploy(launched.document);
    await launched.untilBuilt();
    expect(sides(launched)).toEqual(all(lines.map((line) => line.replace(/198\.51\.100\.10\b/, '198.51.100.99'))));
  });

  it('a commit or a save that fails is reported; nothing of it remains when another configuration is applied', async () => {
    const launched = await NewRouter.launch();
    const wrong = [
      'set policy prefix-list old rule 10 action permit',
      'set protocols static route 10.9.0.0/16 blackhole',
    ];
    launched.aws.pushed = [...lines, ...wrong];
    launched.router.vyos.faults({ crashes: 1, area: ['protocols'] });
    const booted: number[] = [];
    let asked = 0;
    launched.aws.onRequest = (action) => {
      if (action !== 'GetItem') return;
      asked++;
      booted.push(launched.router.vyos.saved.length);
      if (asked !== 2) return;
      launched.aws.pushed = undefined;
      launched.router.vyos.faults({ diskFull: 1 });
    };
    await launched.router.start();
    await launched.untilBuilt();
    expect(launched.router.console).toMatch(/waiting: the commit failed[^]*waiting: .*No space left/);
    expect(sides(launched)).toEqual(all(lines));
    // A failed save leaves the image's own boot file whole.
    expect(booted).toEqual([IMAGE.length + 1, IMAGE.length + 1, IMAGE.length + 1]);
  });
});

describe('killed, and started again, it ends as it would have', () => {
  it('during each download, and at each step, one after the other', async () => {
    const launched = await NewRouter.launch();
    const steps = ['dpkg', 'load', 'commit protocols bgp', 'commit active', 'commit done', 'save writes'];
    const left: object[] = [];
    const downloads: string[] = [];
    const faults = () =>
      JSON.parse(readFileSync(join(launched.folder, 'faults.json'), 'utf8')) as { killOnceAt?: string | null };
    launched.aws.onRequest = (action) => {
      if (action !== 'GetParameter') {
        if (!downloads.includes(action)) launched.router.kill();
        downloads.push(action);
      } else if (launched.aws.requests.at(-1)?.body.includes(launched.parameter)) {
        // Each attempt reads the boot parameter first: the one before it was killed at its step, or before it came there.
        left.push(faults());
        const step = faults().killOnceAt ?? steps.shift();
        if (step !== undefined) launched.router.vyos.faults({ killOnceAt: step });
      }
    };
    await launched.router.start();
    await launched.untilBuilt();
    const killed = { killOnceAt: null };
    expect([sides(launched), left]).toEqual([
      all(lines),
      [{}, { killOnceAt: 'dpkg' }, killed, { killOnceAt: 'load' }, killed, killed, killed, killed, killed],
    ]);
    // The bundle once more, and the agent's package; from then on only the configuration.
    expect(downloads).toEqual(['GetObject', 'GetObject', 'GetObject', ...Array<string>(7).fill('GetItem')]);
  });

  it('by a full disk, or the loss of power, that left an empty or a cut hash of its agent: it is built with the agent', async () => {
    const launched = await NewRouter.launch();
    const place = join(launched.folder, 'var/lib/vyos-failover-boot');
    const hashes = ['', 'cut'];
    let downloads = 0;
    launched.aws.onRequest = (action) => {
      // The first is the bundle, the others are the agent's package.
      if (action !== 'GetObject' || ++downloads === 1) return;
      const left = hashes.shift();
      if (left === undefined) return;
      launched.router.kill();
      const [directory = ''] = readdirSync(place);
      writeFileSync(join(place, directory, 'amazon-ssm-agent.deb'), '!<arch>');
      writeFileSync(join(place, directory, 'amazon-ssm-agent.deb.sha256'), left);
    };
    await launched.router.start();
    await launched.untilBuilt();
    const stored = join(launched.folder, 'config/vyos-failover/amazon-ssm-agent.deb.sha256');
    expect([downloads, existsSync(stored)]).toEqual([4, true]);
  });

  it('by the loss of power during the commit', async () => {
    const launched = await NewRouter.launch();
    let reboot: Promise<void> | undefined;
    launched.router.vyos.faults({ killOnceAt: 'commit active' });
    let asked = 0;
    launched.aws.onRequest = (action) => {
      // The second attempt: the first one was killed in its commit.
      if (action === 'GetItem' && ++asked === 2) reboot = launched.router.reboot();
    };
    await launched.router.start();
    await launched.untilBuilt();
    await reboot;
    expect([sides(launched), asked]).toEqual([all(lines), 3]);
  });
});

/** What anybody can read of it: its console, its log and its files. */
function shownBy({ router, folder }: NewRouter): string[] {
  const readable = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    // What VyOS itself has in memory.
    .filter((file) => !/(running|daemons)(\.json|\.text)$/.test(file))
    .filter((file) => (statSync(file).mode & 0o007) !== 0);
  expect(readable.length).toBeGreaterThan(50);
  const log = join(folder, 'var/log/vyos-failover.log');
  return [router.console, ...[...readable, log].map((file) => readFileSync(file, 'latin1'))];
}

function expectNoKeyIn(texts: readonly string[]): void {
  for (const secret of [KEY, CREDENTIALS.secretAccessKey, CREDENTIALS.sessionToken])
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
}

/** What a push of the same topology would do on it now. */
function toPush({ router: { vyos }, folder }: NewRouter): readonly string[] {
  const program = join(folder, 'config/vyos-failover/apply-config.d/show_config.py');
  const env = { ...vyos.shell.env, PATH: `${vyos.shell.path}:/usr/bin:/bin` };
  const output = execFileSync('/usr/bin/python3', [program], { env, encoding: 'utf8' });
  const now = readRunningConfig({ kind: 'answered', output });
  if ('why' in now) throw new Error(now.why);
  const previous = configBefore(undefined, now);
  if (previous === undefined) throw new Error('what it has applied is not known');
  const { commands, drift } = diffConfig(now.lines, lines, { previous });
  return [...commands, ...(drift?.added ?? []), ...(drift?.removed ?? [])];
}

async function signatureOf(request: ReceivedRequest | undefined): Promise<string | undefined> {
  const signer = new AwsV4Signer({
    method: 'GET',
    url: `http://${request?.headers.host}${request?.path}`,
    headers: { 'x-amz-content-sha256': String(request?.headers['x-amz-content-sha256']) },
    ...CREDENTIALS,
    service: 's3',
    region: 'ap-northeast-1',
    datetime: String(request?.headers['x-amz-date']),
  });
  return (await signer.sign()).headers.get('authorization') ?? undefined;
}
