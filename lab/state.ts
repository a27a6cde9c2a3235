import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillCreatedIds } from '#topology/created-ids.ts';
import { existingTopology } from '#topology/existing-topology.ts';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Topology } from '#topology/topology.ts';
import { whyUndeployable } from '#topology/undeployable.ts';
import { LabError } from './lab-error.ts';
import { type LabPlan, planLab } from './plan.ts';
import { startOf } from './processes.ts';

/** The directory of all labs of this machine. Like network namespaces, its content does not survive a reboot. */
export const LABS = '/run/vyos-failover-lab';

/** The process that runs the emulated AWS, and how to reach it. */
export interface CloudState {
  readonly pid: number;
  /** Start time: with `pid` it identifies one process. */
  readonly start: string;
  /** Of all AWS services, and of the emulator's own control. */
  readonly endpoint: string;
  /** An operator's keys, which IAM allows everything. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** URL of each site's HTTP API. */
  readonly apis: Readonly<Record<string, string>>;
}

/** @throws LabError for a name that is ambiguous, or too long for a network interface */
export function checkName(name: string): string {
  if (/^[a-z0-9]{1,16}$/.test(name)) return name;
  throw new LabError(`the name of a lab is 1 to 16 lowercase letters and digits, not ${JSON.stringify(name)}`);
}

/**
 * The topology as it is once everything that it creates exists.
 *
 * @throws LabError with every mistake of the file, or why nothing of it can be deployed
 */
export function readTopology(file: string): Topology {
  return deployable(existingTopology(readToCreate(file)));
}

/** The topology as the file has it, with placeholders for what is to be created. @throws LabError as `readTopology` */
export function readToCreate(file: string): Topology {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new LabError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const { topology, mistakes } = loadTopology(text, file);
  if (topology === undefined) throw new LabError(renderMistakes(mistakes));
  return topology;
}

function deployable(topology: Topology): Topology {
  const why = whyUndeployable(topology);
  if (why.length > 0) throw new LabError(why.join('\n'));
  return topology;
}

/** The lab keeps its own copy of the topology: the file may be changed while the lab is up. */
export const topologyOf = (directory: string) => join(directory, 'topology.yaml');

/** @throws LabError if there is no such lab */
export function readPlan(name: string): LabPlan {
  const directory = join(LABS, checkName(name));
  const file = topologyOf(directory);
  if (!existsSync(file)) throw new LabError(`there is no lab "${name}"; create it with \`npm run lab -- up\``);
  const ids = readCreatedIds(directory);
  const topology = ids === undefined ? readTopology(file) : fillCreatedIds(readToCreate(file), (key) => ids[key]);
  return planLab(topology, { name, encrypted: existsSync(encryptedOf(directory)) }, LABS);
}

/** What the emulated AWS has given to created sites: ids and addresses by key, such as `eni:tokyo-1`. */
export type CreatedIds = Readonly<Record<string, string>>;

const createdIdsFile = (directory: string) => join(directory, 'created-ids.json');

export function writeCreatedIds(directory: string, ids: CreatedIds): void {
  writeFileSync(createdIdsFile(directory), JSON.stringify(ids));
}

/** Undefined: everything exists before the lab is raised. */
function readCreatedIds(directory: string): CreatedIds | undefined {
  const file = createdIdsFile(directory);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as CreatedIds) : undefined;
}

/** This file exists if tunnels are encrypted. */
export const encryptedOf = (directory: string) => join(directory, 'encrypted');

const rootFile = (directory: string) => join(directory, 'root');

/** Writes down the root directory that a lab's daemons run in. */
export function writeRoot(directory: string, root: string): void {
  writeFileSync(rootFile(directory), root);
}

/** The root directory of a lab's daemons, if it still exists; undefined: the machine's own. */
export function readRoot(directory: string): string | undefined {
  const file = rootFile(directory);
  const root = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return root !== undefined && existsSync(root) ? root : undefined;
}

const cloudFile = (directory: string) => join(directory, 'cloud.json');

/** Atomic: readers get all of it or nothing. */
export function writeCloudState(directory: string, state: CloudState): void {
  writeFileSync(`${cloudFile(directory)}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${cloudFile(directory)}.new`, cloudFile(directory));
}

/** @throws LabError where a process runs the lab: it is that process's, and nobody else raises or removes it */
export function checkNotUp(name: string): void {
  const owner = readCloudState(join(LABS, checkName(name)));
  if (owner !== undefined) throw new LabError(`lab "${name}" is already up (process ${owner.pid})`);
}

/** Undefined if the process has not started, or has ended. */
export function readCloudState(directory: string): CloudState | undefined {
  if (!existsSync(cloudFile(directory))) return undefined;
  const state = JSON.parse(readFileSync(cloudFile(directory), 'utf8')) as CloudState;
  return startOf(state.pid) === state.start ? state : undefined;
}
