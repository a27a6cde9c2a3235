import { someOf } from '#topology/some-of.ts';
import type { Topology, VyosVersion } from '#topology/topology.ts';
import { VYOS_VERSIONS } from '#topology/vyos-versions.ts';
import { abilitiesOf } from './versions/abilities.ts';

/** One note for each version of the topology's routers that is no longer supported. */
export function supportNotes({ sites }: Topology): string[] {
  const routers = sites.flatMap((site) => [site.routers.active, site.routers.standby]);
  return VYOS_VERSIONS.flatMap((version) => {
    const names = routers.filter(({ vyos }) => vyos === version).map(({ name }) => name);
    return names.length === 0 ? [] : noteOn(version, someOf(names));
  });
}

function noteOn(version: VyosVersion, names: string): string[] {
  const { isSupported, supportEnded, runsPrograms } = abilitiesOf(version);
  if (isSupported) return [];
  const unsupported = `VyOS ${version} (${names}) is no longer supported${supportEnded === undefined ? '' : ` (since ${supportEnded})`}`;
  if (runsPrograms) return [`${unsupported}: update the routers to 1.4 or later.`];
  return [
    `${unsupported}, and the programs of vyos-failover do not run on it: no SSM agent, no reports, no probe, no push. ` +
      'config render writes the configuration for manual entry. A router of this version is never proven fit, so no automatic ' +
      'failover moves routes to it.',
  ];
}
