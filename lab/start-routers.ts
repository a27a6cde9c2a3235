import { apiSocketOf, metadataSocketOf } from './cloud.ts';
import { leadToApi, startApiEndpoint, startDetectors, startFrr, startMetadata, startSerf } from './daemons.ts';
import { startIpsec } from './ipsec.ts';
import type { LabPlan } from './plan.ts';
import { run } from './run.ts';
import type { CloudState } from './state.ts';

/** Starts whatever does not run: on every router, and at every site's door to the API. */
export async function startRouters(plan: LabPlan, { apis }: CloudState): Promise<void> {
  const user = await frrUser();
  for (const site of plan.sites) {
    const port = Number(new URL(apis[site.site.name] ?? '').port);
    await startApiEndpoint(site, plan.directory, apiSocketOf(plan, site), port);
    for (const router of site.routers) {
      await leadToApi(router, port);
      await startMetadata(router, metadataSocketOf(router));
      await startFrr(router, user);
      if (plan.encrypted) await startIpsec(router);
      await startSerf(router);
      if (plan.standbyHandler === undefined) await startDetectors(router);
    }
  }
}

/** FRR's daemons run as this user. */
export async function frrUser(): Promise<{ uid: number; gid: number }> {
  const ask = async (what: string) => Number(await run('id', [what, 'frr']));
  return { uid: await ask('-u'), gid: await ask('-g') };
}
