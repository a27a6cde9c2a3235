import { spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { frrRunDirectory } from './frr-sockets.ts';
import type { RouterPlan, SitePlan } from './plan.ts';
import { processesIn } from './processes.ts';
import { binOf, configOf, frrConfOf, frrLogsOf, reportConfOf, serfConfOf } from './router-files.ts';
import { run, runIn, waitUntil } from './run.ts';

const FRR_DIRECTORY = '/usr/lib/frr';
/** Part of FRR 9 and later, where it starts first: it holds staticd's configuration. */
const MANAGER = 'mgmtd';
const CONFIGURED_BY_MANAGER: readonly string[] = [MANAGER, 'staticd'];

/** FRR's daemons on a router, in the order in which they start. */
export function frrDaemons(): readonly string[] {
  const manager = existsSync(join(FRR_DIRECTORY, MANAGER)) ? [MANAGER] : [];
  return [...manager, 'zebra', 'staticd', 'bgpd', 'bfdd'];
}

/** The version of FRR on the routers, such as `8.4.4`. */
export async function frrVersion(): Promise<string> {
  const said = await run(join(FRR_DIRECTORY, 'bgpd'), ['--version']);
  return /version (\S+)/.exec(said)?.[1] ?? 'unknown';
}

/** Starts the FRR daemons that do not run yet, with the router's configuration. */
export async function startFrr(router: RouterPlan, user: { uid: number; gid: number }): Promise<void> {
  const running = await processesIn(router.namespace);
  const daemons = frrDaemons();
  if (daemons.every((daemon) => running.has(daemon))) return;
  mkdirSync(frrRunDirectory(router), { recursive: true });
  chownSync(frrRunDirectory(router), user.uid, user.gid);
  const isManaged = (daemon: string) => daemons.includes(MANAGER) && CONFIGURED_BY_MANAGER.includes(daemon);
  for (const daemon of daemons.filter((each) => !running.has(each))) {
    const log = `file:${join(frrLogsOf(router), daemon)}.log`;
    const empty = isManaged(daemon) ? [] : ['-f', '/dev/null'];
    const args = ['-d', '-N', router.namespace, ...empty, '--vty_port', '0', '--log', log];
    // From FRR 9 on a daemon keeps the stdout that it was started with, so a pipe would never close.
    const output = join(router.directory, `${daemon}.log`);
    await runIn(router.namespace, `${FRR_DIRECTORY}/${daemon}`, args, { output });
  }
  const configure = () =>
    vtysh(router, ['-f', frrConfOf(router)]).then(
      () => true,
      () => false,
    );
  if (await waitUntil(configure, { withinMs: 10_000 })) return;
  await vtysh(router, ['-f', frrConfOf(router)]);
}

/** @returns what it prints */
export function vtysh(router: RouterPlan, args: readonly string[]): Promise<string> {
  return run(join(binOf(router), 'vtysh'), args);
}

/** Starts the Serf agent with the reporter as handler, if it is a detector of the site and does not run. */
export async function startSerf(router: RouterPlan): Promise<void> {
  if (!router.site.detectors.includes('serf') || (await processesIn(router.namespace)).has('serf')) return;
  startIn(router, 'serf', ['serf', 'agent', `-config-file=${serfConfOf(router)}`], {
    REPORT_CONF: reportConfOf(router),
  });
}

/** The programs of the bundle next to Serf, as systemd starts them on a router. */
export async function startDetectors(router: RouterPlan): Promise<void> {
  const running = await processesIn(router.namespace);
  const programs = [...(router.site.detectors.includes('bfd') ? ['watch-bfd'] : []), 'reconcile'];
  for (const program of programs.filter((each) => !running.has(each))) {
    startIn(router, program, [join(configOf(router), program)], { REPORT_CONF: reportConfOf(router) });
  }
}

/** The instance metadata service in a router's namespace. */
export const METADATA_URL = 'http://169.254.169.254';

/** The instance metadata service: the emulator, at the address that routers use. */
export async function startMetadata(router: RouterPlan, socket: string): Promise<void> {
  if ((await processesIn(router.namespace)).has('metadata')) return;
  const listen = 'TCP-LISTEN:80,bind=169.254.169.254,fork,reuseaddr';
  startIn(router, 'metadata', [join(binOf(router), 'metadata'), listen, `UNIX-CONNECT:${socket}`]);
}

/**
 * Starts a program in a router's namespace; it runs on, whatever becomes of this process.
 *
 * @param name of its log
 * @param path put before PATH
 */
export function startIn(
  { namespace, directory }: Pick<RouterPlan, 'namespace' | 'directory'>,
  name: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
  path?: string,
): void {
  const log = openSync(join(directory, `${name}.log`), 'a');
  spawn('ip', ['netns', 'exec', namespace, ...command], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: [...(path === undefined ? [] : [path]), process.env.PATH].join(':'), ...env },
  }).unref();
  closeSync(log);
}

/** The SSM endpoint of a router, instead of https://ssm.REGION.amazonaws.com. */
export const SSM_URL = 'http://127.0.0.1:8443';

/** The emulated AWS, at `SSM_URL` in the router's namespace. */
export async function startAws(router: RouterPlan, socket: string): Promise<void> {
  if ((await processesIn(router.namespace)).has('aws')) return;
  const listen = `TCP-LISTEN:${new URL(SSM_URL).port},bind=127.0.0.1,fork,reuseaddr`;
  startIn(router, 'aws', [join(binOf(router), 'aws'), listen, `UNIX-CONNECT:${socket}`]);
}

/** The site's API, at every address of its VPC's router. */
export async function startApiEndpoint(
  { vpc, site }: SitePlan,
  directory: string,
  socket: string,
  port: number,
): Promise<void> {
  if ((await processesIn(vpc)).has('socat')) return;
  const listen = `TCP-LISTEN:${port},fork,reuseaddr`;
  startIn({ namespace: vpc, directory }, `${site.name}.api`, ['socat', listen, `UNIX-CONNECT:${socket}`]);
}

/**
 * The reporter speaks plain http to 127.0.0.1 alone; what it says there leaves by the router's interface for the VPC,
 * so that a router that is cut off cannot reach the API either.
 */
export async function leadToApi({ namespace, router }: RouterPlan, port: number): Promise<void> {
  await runIn(namespace, 'sysctl', ['-q', '-w', 'net.ipv4.conf.all.route_localnet=1']);
  const input = `
table ip lab
delete table ip lab
table ip lab {
  chain out { type nat hook output priority -100; ip daddr 127.0.0.1 tcp dport ${port} dnat to ${router.gateway}:${port}; }
  chain leave { type nat hook postrouting priority 100; ip saddr 127.0.0.1 oifname "${router.interface}" snat to ${router.address}; }
}
`;
  await runIn(namespace, 'nft', ['-f', '-'], { input });
}
