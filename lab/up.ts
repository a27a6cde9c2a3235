import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { down } from './down.ts';
import { buildNetwork } from './network.ts';
import { type LabPlan, planLab, routersOf } from './plan.ts';
import { writeRouterFiles } from './router-files.ts';
import { frrUser, startRouters } from './start-routers.ts';
import { type CloudState, checkName, LABS, LabError, readCloudState, readTopology, topologyOf } from './state.ts';

/**
 * Raises a lab from nothing; what a crashed one of that name has left is cleared away first.
 *
 * @param file of the topology
 * @param startCloud starts the emulated AWS for the plan and writes down how to reach it
 * @param tell hears what is being done
 * @throws LabError for a mistake in the topology, or where the lab is up already
 */
export async function raise(
  name: string,
  file: string,
  startCloud: (plan: LabPlan) => Promise<CloudState>,
  tell: (progress: string) => void,
): Promise<{ plan: LabPlan; cloud: CloudState }> {
  const topology = readTopology(file);
  const plan = planLab(topology, checkName(name), LABS);
  const owner = readCloudState(plan.directory);
  if (owner !== undefined) throw new LabError(`lab "${name}" is up already (process ${owner.pid})`);
  await down(name);
  for (const { directory } of [plan, ...routersOf(plan)]) mkdirSync(directory, { recursive: true });
  writeFileSync(topologyOf(plan.directory), readFileSync(file));
  tell('network namespaces, wires and addresses');
  await buildNetwork(plan);
  tell('an emulated AWS with the stacks of the topology');
  const cloud = await startCloud(plan);
  const user = await frrUser();
  for (const { site, routers } of plan.sites) {
    const serfKey = randomBytes(32).toString('base64');
    const apiUrl = cloud.apis[site.name] ?? '';
    for (const router of routers) writeRouterFiles(topology, router, { serfKey, apiUrl, frrUser: user });
  }
  tell('FRR, Serf and our own programs on every router');
  await startRouters(plan, cloud);
  return { plan, cloud };
}
