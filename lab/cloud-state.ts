import { namesOf } from '#infra/names.ts';
import type { Cloud } from './cloud.ts';
import type { LabPlan } from './plan.ts';
import { startOf } from './processes.ts';
import type { CloudState } from './state.ts';

/** How to reach an emulated AWS that runs in this process. */
export function cloudStateOf({ emulator }: Cloud, { sites, topology }: LabPlan): CloudState {
  return {
    pid: process.pid,
    start: startOf(process.pid) ?? '',
    endpoint: emulator.endpoint,
    keys: emulator.credentials.forUser(),
    apis: Object.fromEntries(sites.map(({ site }) => [site.name, emulator.httpApiUrl(namesOf(topology, site).events)])),
  };
}
