/** What an edit changes on a router, from the deployed model and the file alone. Pure. */
import type { DeployedTopology } from '#topology/deployed-topology.ts';
import type { RouterMatch } from '#topology/edits/matches.ts';
import type { Topology } from '#topology/topology.ts';
import { API_URL_VALUE, witnessUrlValue } from '#vyos/boot-values.ts';
import { changedTunnels } from '#vyos/changed-tunnels.ts';
import { detectorsOn } from '#vyos/detectors.ts';
import { diffConfig } from '#vyos/diff.ts';
import { findRouter } from '#vyos/find-router.ts';
import { renderConfig } from '#vyos/render.ts';
import { renderReportConf } from '#vyos/report-conf.ts';
import { renderSerfConfig, serfConfig } from '#vyos/serf.ts';
import { abilitiesOf } from '#vyos/versions/abilities.ts';
import { deployedAsTopology } from './deployed-as-topology.ts';

/** A router after the edit. */
export interface RouterForecast {
  readonly router: string;
  /** Whether its programs, or their configuration, change. */
  readonly programs: boolean;
  /** Commands that a push would run on a router that runs the deployed configuration. */
  readonly commands: readonly string[];
  /** Names of the routers at the other ends of the tunnels that are down until both ends have changed. */
  readonly tunnels: readonly string[];
}

/** @param match the router in both topologies; `after` is a router of `file` */
export function forecastOf(deployed: DeployedTopology, file: Topology, { before, after }: RouterMatch): RouterForecast {
  const earlier = deployedAsTopology(deployed);
  const running = renderConfig(earlier, before.name).lines;
  const wanted = renderConfig(file, after.name).lines;
  const isSame = running.length === wanted.length && running.every((line, index) => line === wanted[index]);
  const { commands } = isSame ? { commands: [] } : diffConfig(running, wanted, { previous: running });
  return {
    router: after.name,
    programs: programsOf(earlier, before.name) !== programsOf(file, after.name),
    commands,
    tunnels: changedTunnels(file, after.name, running, commands),
  };
}

/** The texts that the programs of a router read. */
function programsOf(topology: Topology, name: string): string {
  const { router, site } = findRouter(topology, name);
  if (!abilitiesOf(router.vyos).runsPrograms) return '';
  const others = topology.sites.filter((other) => other !== site);
  const apis = {
    apiUrl: API_URL_VALUE,
    witnessApis: Object.fromEntries(others.map((other) => [other.name, witnessUrlValue(other.name)])),
  };
  const hasSerf = detectorsOn(topology, name).includes('serf');
  return [
    renderReportConf(topology, name, apis),
    ...(hasSerf ? [renderSerfConfig(serfConfig(topology, name))] : []),
  ].join('\n');
}
