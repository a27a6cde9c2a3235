import { resolve } from 'node:path';
import type { Topology } from '#topology/topology.ts';
import { findRouter } from '#vyos/find-router.ts';
import { type FirstBootFile, userData } from '#vyos/user-data.ts';
import { bootParameterName } from '../names.ts';
import { routerFiles } from '../router-files.ts';
import { bundleArchive } from './bundle-archive.ts';
import { gzip } from './gzip.ts';

/** What a created router is built from. */
export interface RouterBundleFile {
  /** For an asset. The file is there until this process ends. */
  readonly bundle: { readonly file: string; readonly sha256: string };
  /** For its launch template: fewer than 16,384 bytes, and no secret. */
  readonly userData: Buffer;
  /** Notes for the operator, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Writes the bundle of a created router into a temporary file.
 *
 * @param folder the topology file's, in which the SSM agent's package is looked for
 * @throws VyosConfigError for a router that is not in the topology; Error if the package cannot be read, or is none
 */
export function routerBundleFile(topology: Topology, router: string, folder: string): RouterBundleFile {
  const { site } = findRouter(topology, router);
  const agent = topology.ssmAgent === undefined ? undefined : resolve(folder, topology.ssmAgent);
  const { file, sha256, notes } = bundleArchive(topology, router, agent);
  const parameter = bootParameterName(topology, site, router);
  return {
    bundle: { file, sha256 },
    userData: Buffer.from(userData(topology, router, { parameter, program: firstBootFiles() })),
    notes,
  };
}

function firstBootFiles(): FirstBootFile[] {
  return routerFiles()
    .filter(({ path }) => path.startsWith('first-boot/') || path === 'apply-config.d/aws.py')
    .map(({ path, content }) => ({ name: path.replace(/^.*\//, ''), packed: gzip(content).toString('base64') }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
