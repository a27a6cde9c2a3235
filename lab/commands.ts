import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addSubnets } from './add-subnets.ts';
import { createDirectory, isToCreate } from './created/create-directory.ts';
import { exportsOf } from './environment.ts';
import { breakIt, FAULTS, type Fault, heal, isCut, mend } from './faults.ts';
import { LabError } from './lab-error.ts';
import { startPing, wayBetween } from './ping.ts';
import { type LabPlan, planLab } from './plan.ts';
import { whyNotEncrypted } from './requirements.ts';
import { makeRoot, NEXT_SUITE } from './root-make.ts';
import { waitUntil } from './run.ts';
import { showStatus } from './show-status.ts';
import { type CloudState, LABS, readCloudState, readPlan, readTopology, topologyOf } from './state.ts';
import { statusOf } from './status.ts';
import { raise } from './up.ts';
import { validate } from './validate.ts';

/** What each command of the lab does. Every function returns the exit code. */

const CONVERGES_WITHIN_MS = 60_000;
const CLOUD_WITHIN_MS = 120_000;

export async function fail(name: string, where: string, fault: string): Promise<number> {
  if (!isFault(fault)) throw new LabError(`there is no fault "${fault}"; there are ${Object.keys(FAULTS).join(', ')}`);
  const { plan, cloud } = running(name);
  if (!isCut(fault)) refuseCreated(plan, 'fail and heal stop and start programs');
  await breakIt(plan, cloud, where, fault);
  return 0;
}

export async function healAll(name: string, where: string | undefined, fault = ''): Promise<number> {
  const { plan, cloud } = running(name);
  if (where === undefined) refuseCreated(plan, 'heal without a name starts programs');
  if (where === undefined) await heal(plan, cloud);
  else if (isFault(fault) && isCut(fault)) await mend(plan, where, fault);
  else throw new LabError('Only uplink, api and partition heal one by one; `heal` without a name heals every fault.');
  return 0;
}

export async function subnets(name: string, file: string): Promise<number> {
  const { plan, cloud } = running(name);
  refuseCreated(plan, 'subnets makes subnets beside the stacks');
  const added = await addSubnets(plan, planLab(readTopology(file), plan, LABS), cloud);
  return print(`${added.join(' ') || 'nothing'} added\n`);
}

export async function status(name: string, json: boolean): Promise<number> {
  const found = await statusOf(readPlan(name));
  return print(json ? `${JSON.stringify(found, undefined, 2)}\n` : showStatus(found));
}

/** Serves the live page of the lab until SIGINT or SIGTERM. */
export async function ui(name: string, port: number): Promise<number> {
  const { plan, cloud } = running(name);
  refuseCreated(plan, 'the page kills and restores routers');
  // Loaded on use: the page is bundled with esbuild, and shows what the command line prints.
  const { serveTestNetwork } = await import('#demo/live/serve-test-network.ts');
  const { LabNetwork } = await import('./live/lab-network.ts');
  const network = new LabNetwork(plan, cloud);
  const { topology, directory } = plan;
  const aws = { endpoint: cloud.endpoint, ...cloud.keys };
  network.start();
  const page = await serveTestNetwork({ topology, file: topologyOf(directory), aws, network, port });
  print(`Open ${page.url}\nTo end the page, press Ctrl-C; the lab remains.\n`);
  // Other commands of the lab end at once; the page first ends its pings.
  process.removeAllListeners('SIGINT');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  network.stop();
  await page.close();
  return 130;
}

export async function validateLab(name: string): Promise<number> {
  const faults = await validate(readPlan(name));
  print(faults.length === 0 ? 'all is well\n' : `${faults.join('\n')}\n`);
  return faults.length === 0 ? 0 : 3;
}

export async function makeRootDirectory(directory: string): Promise<number> {
  showProgress(`installing Debian ${NEXT_SUITE} in ${directory}: this takes some minutes`);
  return print(`${await makeRoot(resolve(directory), NEXT_SUITE)}npm run lab -- up --root ${directory}\n`);
}

function refuseCreated({ directory }: LabPlan, what: string): void {
  if (!isToCreate(directory)) return;
  throw new LabError(
    `${what}, and the routers of this lab are instances: use AWS (POST /_emulator/instances/ID/hang, vyos-failover upgrade)`,
  );
}

function isFault(text: string): text is Fault {
  return Object.hasOwn(FAULTS, text);
}

/** @throws LabError if the lab's AWS does not run */
function running(name: string): { plan: LabPlan; cloud: CloudState } {
  const plan = readPlan(name);
  const cloud = readCloudState(plan.directory);
  if (cloud === undefined)
    throw new LabError(`the emulated AWS of lab "${name}" has ended; \`down\` and \`up\` rebuild the lab`);
  return { plan, cloud };
}

export async function up(name: string, topology: string, plain: boolean): Promise<number> {
  const reason = plain ? undefined : whyNotEncrypted();
  if (reason !== undefined) throw new LabError(`${reason}\nor take --plain`);
  const running = readCloudState(join(LABS, name));
  if (running !== undefined) return showThatItIsUp(name, running);
  const { plan, cloud } = await raise({ name, encrypted: !plain }, topology, startCloudProcess, showProgress);
  return showThatItConverges(plan, cloud);
}

/** `up --create`: the topology's stacks are deployed into an empty account, and its routers build themselves. */
export async function create(name: string, topology: string): Promise<number> {
  const reason = whyNotEncrypted();
  if (reason !== undefined) throw new LabError(reason);
  const running = readCloudState(join(LABS, name));
  if (running !== undefined) return showThatItIsUp(name, running);
  await createDirectory(name, topology);
  showProgress('starting an emulated AWS, and deploying all stacks of the topology');
  const cloud = await startCloudProcess({ name, directory: join(LABS, name) });
  return showThatItConverges(readPlan(name), cloud);
}

async function showThatItConverges(plan: LabPlan, cloud: CloudState): Promise<number> {
  const { name } = plan;
  showProgress('waiting for BGP, BFD and Serf to converge');
  let faults: string[] = [];
  const healthy = async () => (faults = await validate(plan)).length === 0;
  if (await waitUntil(healthy, { withinMs: CONVERGES_WITHIN_MS, everyMs: 500 })) {
    return print(`lab "${name}" is up:\n${exportsOf(plan, cloud)}`);
  }
  process.stderr.write(
    `lab "${name}" is up, but its network is not healthy after ${CONVERGES_WITHIN_MS / 1000} s:\n${faults.join('\n')}\n`,
  );
  return 1;
}

/** Changes nothing: a fault in the lab may be deliberate. */
function showThatItIsUp(name: string, cloud: CloudState): number {
  showProgress('nothing was started: `validate` checks the lab, `heal` removes its faults, `down` and `up` rebuild it');
  return print(`lab "${name}" is up already:\n${exportsOf(readPlan(name), cloud)}`);
}

/** The process continues after this one exits; `down` ends it. */
async function startCloudProcess({ name, directory }: Pick<LabPlan, 'name' | 'directory'>): Promise<CloudState> {
  const file = join(directory, 'cloud.log');
  const log = openSync(file, 'a');
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  const program = fileURLToPath(new URL('cloud-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, name], {
    detached: true,
    stdio: ['ignore', log, log],
    // Temporary files that an interrupted process leaves are removed with the lab.
    env: { ...process.env, TMPDIR: temporary },
  });
  closeSync(log);
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  let cloud: CloudState | undefined;
  await waitUntil(() => ended || (cloud = readCloudState(directory)) !== undefined, { withinMs: CLOUD_WITHIN_MS });
  child.unref();
  if (cloud !== undefined) return cloud;
  if (!ended) child.kill('SIGKILL');
  throw new Error(`the emulated AWS did not start; its log is ${file}`);
}

export async function ping(
  name: string,
  { from, to, seconds }: { from?: string | undefined; to?: string | undefined; seconds: number },
): Promise<number> {
  const forMs = seconds * 1000;
  const way = wayBetween(readPlan(name), from, to);
  const running = startPing(way, { everyMs: 20, forMs: forMs + 5_000 });
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const { sent, received, longestGapMs } = await running.stop();
  print(`${way.from} to ${way.to}: ${received} of ${sent} came back, longest gap ${longestGapMs} ms\n`);
  return received > 0 ? 0 : 1;
}

function showProgress(progress: string): void {
  process.stderr.write(`· ${progress}\n`);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
