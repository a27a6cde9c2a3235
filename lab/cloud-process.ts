/** The process of a lab's emulated AWS: `node lab/cloud-process.ts LAB`. `up` starts it, `down` ends it. */
import { once } from 'node:events';
import { type Cloud, startCloud } from './cloud.ts';
import { cloudStateOf } from './cloud-state.ts';
import { readPlan, topologyOf, writeCloudState } from './state.ts';

const plan = readPlan(process.argv[2] ?? '');
const warn = (error: unknown) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
const cloud: Cloud = await startCloud(plan, topologyOf(plan.directory), warn);
cloud.emulator.startSchedules();
writeCloudState(plan.directory, cloudStateOf(cloud, plan));
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await cloud.close();
process.exit(0);
