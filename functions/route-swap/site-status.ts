import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import type { SentSiteStatus } from '#contracts/site-status.ts';
import { type Decision, decideOn } from '#failover/decision.ts';
import { diagnose } from '#failover/diagnosis.ts';
import { type Observation, ownerOf } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { observe } from '#functions/observe.ts';
import { readDeployedPrograms } from './deployed-programs.ts';
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
    seen: asSent(observation),
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

/** By the names of the first version, which command lines of all versions read. */
function asSent({ at, site, routers, routes, stored }: Observation): SentSiteStatus['seen'] {
  const { witnessReports: testimonies, announcedPause: toldPause, ...rest } = stored;
  const memory = { ...rest, testimonies, toldPause };
  const facts = Object.entries(routers).map(([name, { evidence: statements, ...more }]) => [
    name,
    { ...more, statements },
  ]);
  return {
    at,
    site,
    routers: Object.fromEntries(facts) as SentSiteStatus['seen']['routers'],
    routes,
    memory,
  };
}
