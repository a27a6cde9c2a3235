import type { Topology } from '#topology/topology.ts';
import { bootParameterName } from '#vyos/boot-values.ts';
import { findRouter } from '#vyos/find-router.ts';
import { type FirstBootFile, userData } from '#vyos/user-data.ts';
import { routerFiles } from '../router-files.ts';
import { gzip } from './gzip.ts';

/**
 * The user data of a created router, for its launch template: fewer than 16,384 bytes, and no secret.
 *
 * @throws VyosConfigError for a router that is not in the topology
 */
export function createdUserData(topology: Topology, router: string): Buffer {
  const { site } = findRouter(topology, router);
  const parameter = bootParameterName(topology, site, router);
  return Buffer.from(userData(topology, router, { parameter, program: firstBootFiles() }));
}

function firstBootFiles(): FirstBootFile[] {
  return routerFiles()
    .filter(({ path }) => path.startsWith('first-boot/') || path === 'apply-config.d/aws.py')
    .map(({ path, content }) => ({ name: path.replace(/^.*\//, ''), packed: gzip(content).toString('base64') }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
