/** Everything that is installed on one router, as file contents. Nothing here reads or writes files. */
import type { Topology } from '#topology/topology.ts';
import { API_URL_VALUE, type ProgramsVersion, witnessUrlValue } from './boot-values.ts';
import { cloudInit } from './cloud-init.ts';
import { detectorsOn } from './detectors.ts';
import { VyosConfigError } from './errors.ts';
import { findRouter } from './find-router.ts';
import { renderConfig } from './render.ts';
import { type ReportTarget, renderReportConf } from './report-conf.ts';
import { routerSecrets } from './router-secrets.ts';
import { renderSerfConfig, serfConfig } from './serf.ts';
import { abilitiesOf } from './versions/abilities.ts';
import { newestRelease } from './versions/release.ts';

export interface BundleFile {
  /** Relative to the bundle, and to `routerDirectory` once it is installed. */
  readonly path: string;
  readonly mode: 0o644 | 0o755;
  readonly content: string;
}

export interface Bundle {
  /** Includes `INDEX`: mode, SHA-256 and path of each other file, one a line. */
  readonly files: readonly BundleFile[];
  /** Names of the SSM SecureStrings that the router fetches; the files hold no values. */
  readonly secrets: readonly string[];
  /** What its file `VERSION` states. */
  readonly programs: ProgramsVersion;
  /** Notes for the operator, as sentences. */
  readonly notes: readonly string[];
  /** The SSM agent's package. It is binary, so it is not in `files`; the caller copies it. */
  readonly agent: AgentFile | undefined;
}

interface AgentFile {
  readonly path: 'amazon-ssm-agent.deb';
  readonly mode: 0o644;
  readonly sha256: string;
}

interface BundleParts extends ReportTarget {
  /** The files of `router/`. */
  readonly programs: readonly BundleFile[];
  /** The version of vyos-failover. */
  readonly version: string;
  /** SHA-256 of a text in UTF-8, in hexadecimal. */
  readonly sha256: (text: string) => string;
  /** SHA-256 of the SSM agent's package; undefined: the bundle has none. */
  readonly agent?: string | undefined;
}

/**
 * The bundle of a router that its operator creates.
 *
 * @throws VyosConfigError for a router that is not in the topology, a URL that the reporter would refuse, or a VyOS version
 *   that cannot run the programs
 */
export function routerBundle(topology: Topology, name: string, parts: BundleParts): Bundle {
  const { lines, notes } = renderConfig(topology, name);
  return bundleWith([configSet(lines), text('cloud-init.yaml', cloudInit(topology, name))], topology, name, {
    ...parts,
    notes: [...notes, ...(parts.agent === undefined ? [WITHOUT_AGENT] : [])],
  });
}

/**
 * The bundle of a router in the stacks: an asset, so that it has the names of what the stacks only know when they are deployed
 * (`boot-values.ts`), and the commands of all releases of the branch, of which its boot program takes those that the router's
 * release has.
 *
 * @throws VyosConfigError as `routerBundle`
 */
export function deployedBundle(
  topology: Topology,
  name: string,
  parts: Omit<BundleParts, keyof ReportTarget | 'agent'>,
): Bundle {
  const { router } = findRouter(topology, name);
  const { lines, notes } = renderConfig(topology, name, { vyos: newestRelease(router.vyos) });
  return bundleWith([configSet(lines)], topology, name, { ...parts, ...deployedTarget(topology, name), notes });
}

/** The APIs by their names. */
function deployedTarget(topology: Topology, name: string): ReportTarget {
  const { site } = findRouter(topology, name);
  const others = topology.sites.filter((other) => other.name !== site.name);
  const witnessApis = Object.fromEntries(others.map((other) => [other.name, witnessUrlValue(other.name)]));
  return { apiUrl: API_URL_VALUE, witnessApis };
}

function bundleWith(
  configurations: readonly BundleFile[],
  topology: Topology,
  name: string,
  {
    programs,
    version,
    sha256,
    agent: agentHash,
    notes,
    ...target
  }: BundleParts & { readonly notes: readonly string[] },
): Bundle {
  const { router } = findRouter(topology, name);
  if (!abilitiesOf(router.vyos).runsPrograms) {
    throw new VyosConfigError(
      `${name} runs VyOS ${router.vyos}, whose bash, curl and init are too old for the programs of a bundle\n` +
        '    hint: `config render` writes the configuration for manual entry; the router cannot be monitored',
    );
  }
  const reportConf = (of: ReportTarget) => text('report.conf', renderReportConf(topology, name, of));
  const running = [
    ...programs,
    ...(detectorsOn(topology, name).includes('serf')
      ? [text('serf.json.in', renderSerfConfig(serfConfig(topology, name)))]
      : []),
  ];
  const indexOf = (files: readonly BundleFile[]) =>
    files
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, mode, content }) => indexLine({ path, mode, sha256: sha256(content) }))
      .join('');
  const programsHash = sha256(indexOf([...running, reportConf(deployedTarget(topology, name))]));
  const files = [
    ...running,
    reportConf(target),
    ...configurations,
    text('VERSION', `${version} ${programsHash}\n`),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const agent: AgentFile | undefined =
    agentHash === undefined ? undefined : { path: 'amazon-ssm-agent.deb', mode: 0o644, sha256: agentHash };
  const index = indexOf(files) + (agent === undefined ? '' : indexLine(agent));
  return {
    files: [...files, text('INDEX', index)],
    programs: { version, sha256: programsHash },
    secrets: routerSecrets(topology, name).map((secret) => secret.name),
    notes,
    agent,
  };
}

function indexLine({
  path,
  mode,
  sha256,
}: {
  readonly path: string;
  readonly mode: number;
  readonly sha256: string;
}): string {
  return `0${mode.toString(8)} ${sha256} ${path}\n`;
}

function configSet(lines: readonly string[]): BundleFile {
  return text('config.set', `${lines.join('\n')}\n`);
}

function text(path: string, content: string): BundleFile {
  return { path, mode: 0o644, content };
}

const WITHOUT_AGENT =
  'The bundle has no SSM agent, and VyOS images do not include one. Without an agent on the router its BGP cannot be read and no ' +
  'configuration can be pushed. Add --agent FILE (docs/routers.md states where to get it).';
