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
}

export interface BundleParts extends ReportTarget {
  /** What is in `router/`. */
  readonly programs: readonly BundleFile[];
  /** Of a text in UTF-8, in hexadecimal. */
  readonly sha256: (text: string) => string;
}

/**
 * @throws VyosConfigError for a router that is not in the topology, a URL that the reporter would refuse, or a VyOS that
 *   cannot run the programs (1.1)
 */
export function routerBundle(topology: Topology, name: string, { programs, sha256, ...target }: BundleParts): Bundle {
  const { router } = findRouter(topology, name);
  if (router.vyos === '1.1') {
    throw new VyosConfigError(
      `${name} has VyOS 1.1, whose bash, curl and init are too old for the programs of a bundle\n` +
        '    hint: `config render` writes its configuration; the health probe alone watches it',
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
  const index = files.map(({ path, mode, content }) => `0${mode.toString(8)} ${sha256(content)} ${path}\n`).join('');
  return {
    files: [...files, text('INDEX', index)],
    secrets: routerSecrets(topology, name).map((secret) => secret.name),
    notes: config.notes,
  };
}
