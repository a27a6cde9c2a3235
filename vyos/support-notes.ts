import { someOf } from '#topology/some-of.ts';
import type { Topology, VyosVersion } from '#topology/topology.ts';

/** What to know of the versions that a topology's routers run, each once. */
export function supportNotes({ sites }: Topology): string[] {
  const routers = sites.flatMap((site) => [site.routers.active, site.routers.standby]);
  const on = (version: VyosVersion) => routers.filter(({ vyos }) => vyos === version).map(({ name }) => name);
  return [...notesOn11(on('1.1')), ...notesOn13(on('1.3'))];
}

function notesOn11(routers: readonly string[]): string[] {
  if (routers.length === 0) return [];
  return [
    `VyOS 1.1 (${someOf(routers)}) is without support, and nothing here runs on it: no SSM agent, no report, no probe, no push. ` +
      'config render writes its configuration, for you to enter by hand; nothing watches it, no router of 1.1 is ever ' +
      'proven fit, and so no failover moves routes to one by itself.',
  ];
}

/** https://vyos.net/get/#vyos-versions */
function notesOn13(routers: readonly string[]): string[] {
  if (routers.length === 0) return [];
  return [`VyOS 1.3 (${someOf(routers)}) is without support since April 2025: update the routers to 1.4 or later.`];
}
