import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import type { SentSiteStatus } from '#contracts/site-status.ts';
import { type Decision, decideOn } from '#failover/decision.ts';
import { diagnose } from '#failover/diagnosis.ts';
import { ownerOf } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { observe } from '#functions/observe.ts';
import { readDeployedPrograms } from './deployed-programs.ts';
import { observationAsSent } from './observation-as-sent.ts';
import type { SwapPorts } from './ports.ts';
import { unfinishedPush } from './unfinished-push.ts';

/** Observes the site, and returns what the probe would decide now. */
export async function siteStatus(ports: SwapPorts): Promise<SentSiteStatus> {
  const [observation, push, deployedPrograms] = await Promise.all([
    observe({ kind: 'probe', id: `status-${ports.run}` }, ports),
    unfinishedPush(ports),
    readDeployedPrograms(ports),
  ]);
  const diagnosis = diagnose(observation);
  return {
    version: PRODUCT_VERSION,
    seen: observationAsSent(observation),
    owner: ownerOf(observation)?.name,
    diagnosis,
    decision: decisionAsSent(decideOn(diagnosis, observation)),
    push,
    ...(deployedPrograms && { deployedPrograms }),
  };
}

/** `to` is the target's name in the first version; it stays. */
function decisionAsSent(decision: Decision): Decision & { readonly to?: ManagedRouter } {
  return 'target' in decision ? { ...decision, to: decision.target } : decision;
}
