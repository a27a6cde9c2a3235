import { chmodSync, chownSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Topology } from '#topology/topology.ts';
import { renderReportConf } from '#vyos/report-conf.ts';
import { renderSerfConfig, routerDirectory, type SerfConfig, serfConfig } from '#vyos/serf.ts';
import { frrRunDirectory } from './frr-sockets.ts';
import type { RouterPlan } from './plan.ts';

const ROUTER = fileURLToPath(new URL('../router', import.meta.url));

/** The directory of a router's programs, instead of /config/vyos-failover, of which a machine has only one. */
export const configOf = ({ directory }: RouterPlan) => join(directory, 'config');
export const reportConfOf = (router: RouterPlan) => join(configOf(router), 'report.conf');
export const reportLogOf = ({ directory }: RouterPlan) => join(directory, 'report.log');
export const serfConfOf = (router: RouterPlan) => join(configOf(router), 'serf.json');
export const frrConfOf = (router: RouterPlan) => join(configOf(router), 'frr.conf');
/** Programs as the router has them, for Run Command and the reporter. */
export const binOf = ({ directory }: RouterPlan) => join(directory, 'bin');
/** FRR's daemons write their logs here, as a user of their own. */
export const frrLogsOf = ({ directory }: RouterPlan) => join(directory, 'frr');

/** A router's settings besides the topology. */
export interface RouterSecrets {
  /** Base64 of 32 bytes, the pair's. */
  readonly serfKey: string;
  /** Of the site's HTTP API. */
  readonly apiUrl: string;
  readonly frrUser: { readonly uid: number; readonly gid: number };
  /** As of the lab's plan. */
  readonly standbyHandler: string | undefined;
}

/** Writes all files of a router that exists. */
export function writeRouterFiles(
  topology: Topology,
  router: RouterPlan,
  { serfKey, apiUrl, frrUser, standbyHandler }: RouterSecrets,
): void {
  const { name } = router.router;
  writePrograms(router, frrUser);
  cpSync(ROUTER, configOf(router), { recursive: true });

  const ours = serfConfig(topology, name);
  const config = { ...ours, encrypt_key: serfKey, event_handlers: handlersOf(router, ours, standbyHandler) };
  writeFileSync(serfConfOf(router), renderSerfConfig(config).replaceAll(routerDirectory, configOf(router)), {
    mode: 0o600,
  });
  writeFileSync(reportConfOf(router), reportConf(topology, router, apiUrl));
}

/** The folders of a router, and the programs of its daemons. */
export function writePrograms(router: RouterPlan, frrUser: RouterSecrets['frrUser']): void {
  for (const each of [configOf(router), binOf(router), frrLogsOf(router)]) mkdirSync(each, { recursive: true });
  chownSync(frrLogsOf(router), frrUser.uid, frrUser.gid);
  // Programs in a namespace are distinguished by their names.
  for (const name of ['metadata', 'aws']) symlinkSync('/usr/bin/socat', join(binOf(router), name));
  const { namespace } = router;
  program(router, 'vtysh', `exec /usr/bin/vtysh -N ${namespace} "$@"`);
  program(router, 'serf', `exec ip netns exec ${namespace} /usr/bin/serf "$@"`);
}

function handlersOf({ router }: RouterPlan, ours: SerfConfig, standbyHandler: string | undefined): readonly string[] {
  if (standbyHandler === undefined) return ours.event_handlers;
  return router.role === 'standby' ? [`member-failed,member-leave=${standbyHandler}`] : [];
}

/** What the push writes, and where this router's files are. */
function reportConf(topology: Topology, router: RouterPlan, apiUrl: string): string {
  const pushed = renderReportConf(topology, router.router.name, { apiUrl });
  const here = {
    STATE_DIR: join(router.directory, 'state'),
    LOG: reportLogOf(router),
    VTYSH: join(binOf(router), 'vtysh'),
    FRR_SOCKETS: frrRunDirectory(router),
    DETECTORS: router.site.detectors.join(' '),
    PEER_BFD: router.model.bfd?.peers.at(-1) ?? 'none',
  };
  const missing = Object.entries(here).filter(([key]) => !pushed.includes(`${key}='`));
  return pushed + missing.map(([key, value]) => `${key}='${value}'\n`).join('');
}

/** The namespace's name consists of names of the topology, which need no quoting. */
function program(router: RouterPlan, name: string, command: string): void {
  const file = join(binOf(router), name);
  writeFileSync(file, `#!/bin/sh\n${command}\n`);
  chmodSync(file, 0o755);
}
