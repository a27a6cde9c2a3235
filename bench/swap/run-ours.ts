import { setTimeout as sleep } from 'node:timers/promises';
import { eniOf } from '#demo/account-of-topology.ts';
import { namesOf } from '#infra/names.ts';
import { type Said, Survivor } from './router.ts';
import { type Tally, tallyOf } from './tally.ts';
import { routesOf, type Testbed } from './testbed.ts';

/** The warm-up draws from EC2's bucket; it is full again after this. */
const BUCKET_FULL_AGAIN_MS = 1_500;

/**
 * From the standby's signed report through the HTTP API and the bundled function to the moved routes; the function is as
 * warm as the probe of every minute keeps it.
 */
export async function runOurs({
  site,
  emulator,
  startFaults,
}: Testbed): Promise<Tally & { readonly api: readonly Said[] }> {
  const { tokyo, topology } = site;
  const survivor = new Survivor(topology, tokyo, emulator);
  await survivor.heartbeats();
  const rehearsal = await emulator.invoke(namesOf(topology, tokyo).routeSwap, { action: 'rehearse' });
  if (!isReady(rehearsal.payload)) throw new Error(`The site is not ready: ${JSON.stringify(rehearsal.payload)}`);
  await sleep(BUCKET_FULL_AGAIN_MS);
  startFaults();
  const from = emulator.happenings.length;
  const began = Date.now();
  const api = await survivor.reportUntilSettled();
  const about = { routes: routesOf(site), eni: eniOf(tokyo.routers.standby), began, ended: Date.now() };
  return { ...tallyOf(emulator.happenings.slice(from), about), api };
}

function isReady(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'ready' in payload && payload.ready === true;
}
