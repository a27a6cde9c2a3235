import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Topology } from '#topology/topology.ts';
import { createdRouterBundle } from '#vyos/bundle.ts';
import { routerFiles } from '../router-files.ts';
import { readAgentPackage } from './agent-package.ts';
import { gzip } from './gzip.ts';
import { tarOf } from './tar.ts';

/** A bundle as one file, for an asset. */
export interface BundleArchive {
  /** Path of a tar.gz, which is there until this process ends. */
  readonly file: string;
  /** Of the file, in hexadecimal: what the router verifies before it unpacks anything. */
  readonly sha256: string;
  /** Notes for the operator, as sentences. */
  readonly notes: readonly string[];
}

/** Where this process writes archives, until CDK has copied them and the process ends. */
let folder: string | undefined;

/**
 * Writes the bundle of a created router. The same topology and package give the same bytes.
 *
 * @param agent path of the SSM agent's Debian package; undefined: the bundle has none
 * @throws VyosConfigError for a router that is not in the topology; Error if the package cannot be read, or is none
 */
export function bundleArchive(topology: Topology, name: string, agent: string | undefined): BundleArchive {
  const agentPackage = agent === undefined ? undefined : readAgentPackage(agent);
  const bundle = createdRouterBundle(topology, name, {
    programs: routerFiles(),
    sha256,
    agent: agentPackage && sha256(agentPackage),
  });
  const files = bundle.files.map(({ path, mode, content }) => ({ path, mode, content: Buffer.from(content) }));
  const packages = bundle.agent && agentPackage ? [{ ...bundle.agent, content: agentPackage }] : [];
  const archive = gzip(tarOf([...files, ...packages]));
  const file = join(temporary(), `${name}.tar.gz`);
  writeFileSync(file, archive);
  return { file, sha256: sha256(archive), notes: bundle.notes };
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

function temporary(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), 'vyos-failover-archives-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  folder = made;
  return made;
}
