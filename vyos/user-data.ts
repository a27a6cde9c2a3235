/** The first boot of a router that vyos-failover creates. */
import type { Router, Topology } from '#topology/topology.ts';
import { configCommand } from './config-commands.ts';
import { findRouter } from './find-router.ts';
import { type Line, line } from './line.ts';

/** EC2 accepts as many bytes, before base64: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html */
export const LARGEST_USER_DATA = 16_384;

/** A file of the program that boots a new router: `router/first-boot/`, and `router/apply-config.d/aws.py`. */
export interface FirstBootFile {
  /** A name without a folder. */
  readonly name: string;
  /** Its gzip, as base64. */
  readonly packed: string;
}

interface FirstBoot {
  /** Name of the SSM parameter that the router boots from (`BootDocument`). */
  readonly parameter: string;
  readonly program: readonly FirstBootFile[];
}

/** Where these files are on the router. */
const PROGRAM = 'scripts/vyos-failover-boot';

/** https://docs.vyos.io/en/latest/automation/cloud-init.html: at the first boot /config is not mounted when files are written. */
const CONFIG_AT_FIRST_BOOT = '/opt/vyatta/etc/config';

/**
 * User data of a created router: cloud-init installs a program that downloads the bundle, and configures what it needs to
 * reach AWS. EC2's DHCP server gives the interface its address, the default route and the name servers.
 *
 * It has no secret, and nothing that changes with tunnels, other routers or the bundle: these are in the boot parameter.
 *
 * @throws VyosConfigError for a router that is not in the topology
 */
export function userData(topology: Topology, name: string, { parameter, program }: FirstBoot): string {
  const { router } = findRouter(topology, name);
  const commands = [...firstCommands(router).map(configCommand), WITHOUT_DEFAULT_PASSWORD];
  const files = program.map((file) => ({ path: `${PROGRAM}/${file.name}`, content: file.packed, encoding: 'gz+b64' }));
  const script = { path: 'scripts/vyos-postconfig-bootup.script', content: bootScript(parameter) };
  return [
    '#cloud-config\n',
    `# First boot of ${name}, which vyos-failover has created: docs/routers.md\n`,
    'write_files:\n',
    ...[...files, { ...script, owner: 'root:vyattacfg', permissions: '0750' }].map(
      ({ path, ...rest }) => `  - ${JSON.stringify({ path: `${CONFIG_AT_FIRST_BOOT}/${path}`, ...rest })}\n`,
    ),
    'vyos_config_commands:\n',
    ...commands.map((command) => `  - ${JSON.stringify(command)}\n`),
  ].join('');
}

/** `system name-server` with an interface: VyOS uses the name servers of its DHCP lease, which by itself it does not. */
function firstCommands({ name, interface: uplink }: Router): Line[] {
  return [
    line`system host-name ${name}`,
    line`system name-server ${uplink}`,
    line`interfaces ethernet ${uplink} address dhcp`,
    line`system login user vyos authentication encrypted-password *`,
  ];
}

/**
 * Without an EC2 key pair cloud-init of VyOS gives the user vyos the password vyos, and enables SSH (cc_vyos.py). With `*` as the
 * only password none is accepted; keys, and SSM sessions, work.
 */
const WITHOUT_DEFAULT_PASSWORD = 'delete system login user vyos authentication plaintext-password';

/** VyOS waits for its end at every boot, so that the program runs as a service. */
function bootScript(parameter: string): string {
  const run = `/usr/bin/python3 /config/${PROGRAM} ${parameter}`;
  return [
    '#!/bin/sh',
    '# Until the router is built, its boot program runs.',
    `[ -e /config/vyos-failover/built ] || systemd-run --quiet --collect --unit=vyos-failover-boot --property=Restart=on-failure --property=RestartSec=10 --setenv=PYTHONDONTWRITEBYTECODE=1 ${run}`,
    '',
  ].join('\n');
}
