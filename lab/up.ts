import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { down } from './down.ts';
import { writeIpsecFiles } from './ipsec.ts';
import { buildNetwork } from './network.ts';
import { type LabPlan, type LabToRaise, planLab, routersOf } from './plan.ts';
import { makePresharedKeys, newKey } from './preshared-keys.ts';
import { rootInForce } from './root-enter.ts';
import { writeRouterFiles } from './router-files.ts';
import { frrUser, startRouters } from './start-routers.ts';
import {
  type CloudState,
  checkName,
  checkNotUp,
  encryptedOf,
  LABS,
  readTopology,
  topologyOf,
  writeRoot,
} from './state.ts';
import type { PresharedKeys } from './swanctl-conf.ts';
import { installVyos } from './vyos.ts';

/**
 * Raises a lab from nothing; what a crashed one of that name has left is cleared away first.
 *
 * @param file of the topology
 * @param startCloud starts the emulated AWS for the plan and writes down how to reach it
 * @param report receives each step as it starts
 * @throws LabError for a mistake in the topology, or where the lab is up already
 */
export async function raise(
  what: LabToRaise,
  file: string,
  startCloud: (plan: LabPlan) => Promise<CloudState>,
  report: (progress: string) => void,
): Promise<{ plan: LabPlan; cloud: CloudState }> {
  const topology = readTopology(file);
  const plan = planLab(topology, { ...what, name: checkName(what.name) }, LABS);
  const { name, encrypted } = plan;
  checkNotUp(name);
  await down(name);
  for (const { directory } of [plan, ...routersOf(plan)]) mkdirSync(directory, { recursive: true });
  writeFileSync(topologyOf(plan.directory), readFileSync(file));
  if (encrypted) writeFileSync(encryptedOf(plan.directory), '');
  const root = rootInForce();
  if (root !== undefined) writeRoot(plan.directory, root);
  const keys = makePresharedKeys(plan);
  report('creating network namespaces, links and addresses');
  await buildNetwork(plan);
  report('starting an emulated AWS with the stacks of the topology');
  const cloud = await startCloud(plan);
  await writeFiles(plan, cloud, keys);
  report('starting FRR, Serf and the bundle on every router');
  await startRouters(plan, cloud);
  return { plan, cloud };
}

async function writeFiles(
  { name, topology, encrypted, sites, standbyHandler }: LabPlan,
  { apis }: CloudState,
  presharedKeys: PresharedKeys,
): Promise<void> {
  const user = await frrUser();
  for (const { site, routers } of sites) {
    const serfKey = newKey();
    for (const router of routers) {
      writeRouterFiles(topology, router, { serfKey, apiUrl: apis[site.name] ?? '', frrUser: user, standbyHandler });
      installVyos(name, router, presharedKeys);
      if (encrypted) writeIpsecFiles(router, presharedKeys);
    }
  }
}
