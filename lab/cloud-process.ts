/** The process of a lab's emulated AWS: `node lab/cloud-process.ts LAB`. `up` starts it, `down` ends it. */
import { once } from 'node:events';
import { join } from 'node:path';
import { type Cloud, startCloud } from './cloud.ts';
import { cloudStateOf } from './cloud-state.ts';
import { isToCreate } from './created/create-directory.ts';
import { startCreatedCloud } from './created/created-cloud.ts';
import type { LabPlan } from './plan.ts';
import { LABS, readPlan, topologyOf, writeCloudState } from './state.ts';

const name = process.argv[2] ?? '';
const warn = (error: unknown) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
const { plan, cloud } = isToCreate(join(LABS, name)) ? await created() : await existing();
cloud.emulator.startSchedules();
writeCloudState(plan.directory, cloudStateOf(cloud, plan));
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await cloud.close();
process.exit(0);

async function existing(): Promise<{ plan: LabPlan; cloud: Cloud }> {
  const found = readPlan(name);
  return { plan: found, cloud: await startCloud(found, topologyOf(found.directory), warn) };
}

async function created(): Promise<{ plan: LabPlan; cloud: Cloud }> {
  const started = await startCreatedCloud(name, warn);
  return { plan: started.plan, cloud: started };
}
