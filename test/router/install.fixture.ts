import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { expect } from 'vitest';
import { commandLine, examplesFolder } from '../cli/command-line.ts';

export const SERVICES = ['reconcile', 'serf', 'watch-bfd'].map((name) => `vyos-failover-${name}.service`);
export const PACKAGE = 'amazon-ssm-agent.deb';
export const ARCHIVE = 'serf_0.8.2_linux_amd64.zip';

/** The same for every test: what is installed has its paths in it, and is put back for tests that begin with it. */
export const parent = mkdtempSync(join(tmpdir(), 'install-'));
export const bundle = (path = '') => join(parent, 'bundle', path);
export const root = (path = '') => join(parent, 'root', path);
export const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** Before each test: a bundle for tokyo-1 of which nothing writes outside of the test's folder, and a systemctl that logs its calls. */
export async function setUp(): Promise<void> {
  mkdirSync(root('systemd'), { recursive: true });
  mkdirSync(join(parent, 'bin'));
  writeFileSync(
    join(parent, 'bin', 'systemctl'),
    `#!/bin/sh
     echo "$*" >>${root('systemd/calls')}
     for unit; do :; done
     case $1 in
       start) [ -e "${root('etc/systemd/system')}/$unit" ] && : >>"${root('systemd')}/$unit" ;;
       kill) [ -e "${root('etc/systemd/system')}/$unit" ] || rm -f "${root('systemd')}/$unit" ;;
       stop) rm -f "${root('systemd')}/$unit" ;;
       --quiet) [ -e "${root('systemd')}/$unit" ] ;;
     esac`,
    { mode: 0o755 },
  );
  for (const [name, script] of Object.entries(dpkg())) {
    writeFileSync(join(parent, 'bin', name), `#!/bin/bash\n${script}`, { mode: 0o755 });
  }
  setAgent('3.3.2746.0-1');
  await makeBundle(`${examplesFolder}/tokyo-virginia.yaml`);
}

/** After each test. */
export function tearDown(): void {
  rmSync(parent, { recursive: true });
}

/** After all tests: what was kept between them. */
export function removeKept(): void {
  for (const folder of [kept, bundles]) rmSync(folder, { recursive: true });
}

/** By name: a folder with `bundle` and `root` as they were when it was kept. */
const kept = mkdtempSync(join(tmpdir(), 'installed-'));

/** What `install` makes of the test's bundle and root; made once for each name. */
function installed(name: string, make: () => void): void {
  const folder = join(kept, name);
  const [from, to] = existsSync(folder) ? [folder, parent] : [parent, folder];
  if (from === parent) make();
  for (const each of ['bundle', 'root']) {
    rmSync(join(to, each), { recursive: true, force: true });
    cpSync(join(from, each), join(to, each), { recursive: true, preserveTimestamps: true });
  }
}

export const installedWithoutSerf = () => installed('without-serf', install);

/** With Serf's program and its key, so that it runs. */
export const installedWithSerf = () =>
  installed('with-serf', () => {
    fetchSerf();
    install();
    fillKey();
    install();
  });

/** Bundles as `router bundle` makes them, by topology file: each is made once. */
const bundles = mkdtempSync(join(tmpdir(), 'bundles-'));

export async function makeBundle(topology: string): Promise<void> {
  const made = join(bundles, sha256(readFileSync(topology)));
  if (!existsSync(made)) {
    const { exitCode, stderr } = await commandLine(
      ['router', 'bundle', topology, '--router', 'tokyo-1', '-o', made].concat([
        '--api-url',
        'https://a1b2c3.execute-api.ap-northeast-1.amazonaws.com',
      ]),
    );
    if (exitCode !== 0) throw new Error(stderr);
  }
  rmSync(bundle(), { recursive: true, force: true });
  cpSync(made, bundle(), { recursive: true });
  change('report.conf', (conf) => `${conf}LOG='${root('log')}'\nMETADATA_URL='http://127.0.0.1:1'\n`);
}

/** Packages are files of fields, and what is installed is another one. dpkg-deb, and what compares versions, are the simulated VyOS's. */
function dpkg(): Record<string, string> {
  const simulated = fileURLToPath(new URL('../../simulated-vyos/bin/', import.meta.url));
  return {
    'dpkg-deb': `. ${simulated}dpkg-deb`,
    'dpkg-query': `[[ ! -e ${root('agent')} ]] || { read -r version <${root('agent')}; echo "installed $version"; }`,
    dpkg: `case $* in
      # A conffile that somebody has changed is asked about, unless dpkg was told which one to keep.
      *--root=${root()}*--install*) [[ ! -e ${root('conffile-changed')} || $* == *--force-confold* ]] || { read -r answer; exit 1; }
        dpkg-deb --field "\${!#}" Version >${root('agent')} && : >>${root('systemd/amazon-ssm-agent')} ;;
      *) . ${simulated}dpkg ;;
    esac`,
  };
}

/** The agent that the router has, and runs. */
export function setAgent(version: string | undefined): void {
  if (version === undefined) rmSync(root('agent'));
  else writeFileSync(root('agent'), `${version}\n`);
  rmSync(root('systemd/amazon-ssm-agent'), { force: true });
  if (version !== undefined) writeFileSync(root('systemd/amazon-ssm-agent'), '');
}

/** The agent's package in the bundle, and in its index. */
export function addAgent(fields: Readonly<Record<string, string>> = {}): void {
  const all = { Package: 'amazon-ssm-agent', Version: '3.3.3000.0-1', Architecture: 'amd64', ...fields };
  const text = Object.entries(all)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
  writeFileSync(bundle(PACKAGE), text);
  appendFileSync(bundle('INDEX'), `0644 ${sha256(text)} ${PACKAGE}\n`);
}

/** Changes a file of the bundle, and its line in the index. */
export function change(path: string, edit: (content: string) => string): void {
  const content = edit(readFileSync(bundle(path), 'utf8'));
  writeFileSync(bundle(path), content);
  const line = new RegExp(`^(0[0-7]{3}) [0-9a-f]{64} ${path}$`, 'm');
  const index = readFileSync(bundle('INDEX'), 'utf8');
  expect(index).toMatch(line);
  writeFileSync(bundle('INDEX'), index.replace(line, `$1 ${sha256(content)} ${path}`));
}

export function run(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync('bash', [program, ...args, '--root', root()], {
    encoding: 'utf8',
    env: { PATH: `${join(parent, 'bin')}:${process.env.PATH}` },
  });
  return { status, stdout, stderr };
}

export const install = () => run(bundle('install'));

/** An archive with the one program. */
export const serfArchive = zipSync({ serf: Buffer.from('#!/bin/sh\nexit 0\n') });

/** Serf's archive as downloaded, and the hash in the bundle. */
export function fetchSerf(pinned?: string): void {
  writeFileSync(bundle(ARCHIVE), serfArchive);
  const hash = pinned ?? sha256(readFileSync(bundle(ARCHIVE)));
  change('serf-release', () => `0.8.2 ${process.arch === 'arm64' ? 'aarch64' : 'x86_64'} ${ARCHIVE} ${hash}\n`);
}

/** Serf's configuration with a key in it, as an earlier installation has left it. */
export function fillKey(): void {
  mkdirSync(root('config/vyos-failover'), { recursive: true });
  writeFileSync(root('config/vyos-failover/serf.json'), '{}', { mode: 0o600 });
}

export const running = () => readdirSync(root('systemd')).filter((name) => name.startsWith('vyos-'));
export const calls = () => readFileSync(root('systemd/calls'), 'utf8');

export function tree(): Record<string, string> {
  const entries = readdirSync(root(), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !['calls', 'log'].includes(entry.name));
  return Object.fromEntries(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [file, `${(statSync(file).mode & 0o777).toString(8)} ${sha256(readFileSync(file))}`];
    }),
  );
}
