/** Everything that goes onto one router, as files: nothing here reads or writes any. */
import type { Topology } from '#topology/topology.ts';
import { cloudInit } from './cloud-init.ts';
import { detectorsOn } from './detectors.ts';
import { VyosConfigError } from './errors.ts';
import { findRouter } from './find-router.ts';
import { renderConfig } from './render.ts';
import { type ReportTarget, renderReportConf } from './report-conf.ts';
import { routerSecrets } from './router-secrets.ts';
import { renderSerfConfig, serfConfig } from './serf.ts';

export interface BundleFile {
  /** Relative to the bundle, and to `routerDirectory` once it is installed. */
  readonly path: string;
  readonly mode: 0o644 | 0o755;
  readonly content: string;
}

export interface Bundle {
  /** With `INDEX`: mode, SHA-256 and path of each other file, a line each. */
  readonly files: readonly BundleFile[];
  /** Names of the SSM SecureStrings that the router fetches by itself; no value is in any file. */
  readonly secrets: readonly string[];
  /** What the operator should know, as sentences. */
  readonly notes: readonly string[];
  /** The SSM agent's package, whose content is no text: whoever writes the files copies it here. */
  readonly agent: AgentFile | undefined;
}

export interface AgentFile {
  readonly path: 'amazon-ssm-agent.deb';
  readonly mode: 0o644;
  readonly sha256: string;
}

export interface BundleParts extends ReportTarget {
  /** What is in `router/`. */
  readonly programs: readonly BundleFile[];
  /** Of a text in UTF-8, in hexadecimal. */
  readonly sha256: (text: string) => string;
  /** SHA-256 of the SSM agent's package; undefined: the bundle has none. */
  readonly agent?: string | undefined;
}

/**
 * @throws VyosConfigError for a router that is not in the topology, a URL that the reporter would refuse, or a VyOS that
 *   cannot run the programs (1.1)
 */
export function routerBundle(
  topology: Topology,
  name: string,
  { programs, sha256, agent: agentHash, ...target }: BundleParts,
): Bundle {
  const { router } = findRouter(topology, name);
  if (router.vyos === '1.1') {
    throw new VyosConfigError(
      `${name} has VyOS 1.1, whose bash, curl and init are too old for the programs of a bundle\n` +
        '    hint: `config render` writes its configuration, for you to enter by hand; nothing reads or watches a router of 1.1',
    );
  }
  const config = renderConfig(topology, name);
  const text = (path: string, content: string): BundleFile => ({ path, mode: 0o644, content });
  const files = [
    ...programs,
    text('report.conf', renderReportConf(topology, name, target)),
    ...(detectorsOn(topology, name).includes('serf')
      ? [text('serf.json.in', renderSerfConfig(serfConfig(topology, name)))]
      : []),
    text('config.set', `${config.lines.join('\n')}\n`),
    text('cloud-init.yaml', cloudInit(topology, name)),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const agent: AgentFile | undefined =
    agentHash === undefined ? undefined : { path: 'amazon-ssm-agent.deb', mode: 0o644, sha256: agentHash };
  const hashed = files.map(({ path, mode, content }) => ({ path, mode, sha256: sha256(content) }));
  const index = [...hashed, ...(agent === undefined ? [] : [agent])]
    .map(({ path, mode, sha256: hash }) => `0${mode.toString(8)} ${hash} ${path}\n`)
    .join('');
  return {
    files: [...files, text('INDEX', index)],
    secrets: routerSecrets(topology, name).map((secret) => secret.name),
    notes: [...config.notes, ...(agent === undefined ? [WITHOUT_AGENT] : [])],
    agent,
  };
}

const WITHOUT_AGENT =
  'no SSM agent is in the bundle, and no VyOS image has one: unless one is on the router, its BGP is not read and nothing is ' +
  'pushed to it. Add --agent FILE (docs/routers.md says where to get it).';
