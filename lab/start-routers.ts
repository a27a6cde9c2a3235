import { apiSocketOf, awsSocketOf, metadataSocketOf } from './cloud.ts';
import {
  leadToApi,
  startApiEndpoint,
  startAws,
  startDetectors,
  startFrr,
  startMetadata,
  startSerf,
} from './daemons.ts';
import { startIpsec } from './ipsec.ts';
import type { LabPlan, RouterPlan } from './plan.ts';
import { processesIn } from './processes.ts';
import { run } from './run.ts';
import type { CloudState } from './state.ts';
import { bootVyos } from './vyos.ts';

/** Starts all programs that do not run, on every router and at every site's API socket. */
export async function startRouters(plan: LabPlan, { apis }: CloudState): Promise<void> {
  const user = await frrUser();
  for (const site of plan.sites) {
    const port = Number(new URL(apis[site.site.name] ?? '').port);
    await startApiEndpoint(site, plan.directory, apiSocketOf(plan, site), port);
    for (const router of site.routers) {
      if (await isOff(router)) bootVyos(router);
      await leadToApi(router, port);
      await startMetadata(router, metadataSocketOf(router));
      await startAws(router, awsSocketOf(router));
      await startFrr(router, user);
      if (plan.encrypted) await startIpsec(router);
      await startSerf(router);
      if (plan.standbyHandler === undefined) await startDetectors(router);
    }
  }
}

/** A router without processes was never started, or had a power failure. */
async function isOff({ namespace }: RouterPlan): Promise<boolean> {
  return (await processesIn(namespace)).size === 0;
}

/** FRR's daemons run as this user. */
export async function frrUser(): Promise<{ uid: number; gid: number }> {
  const ask = async (what: string) => Number(await run('id', [what, 'frr']));
  return { uid: await ask('-u'), gid: await ask('-g') };
}
