import type { Run } from '#simulator/platform.ts';
import type { SiteRecord } from '#simulator/site-record.ts';
import { ROUTERS, type RouterKey } from '#simulator/sites.ts';
import { unfitness } from './fitness.ts';
import type { Invariant } from './invariant.ts';

/** Answers that say why not now; a retry, or the next minute, comes back to it. */
const FOR_NOW: readonly string[] = [
  'paused',
  'mode-observe',
  'mode-off',
  'lease-held',
  'replayed',
  'report-stale',
  'memory-unreachable',
  'not-seen',
  'prepared',
  'withdrawn',
];

export const unfitOwner: Invariant = {
  name: 'unfit-owner',
  holds: 'no run leaves the routes at an owner that EC2 reports as failed while a fit target is known',
  watch: (site) => {
    const { mode } = site.world.site.policy;
    return {
      ended: (run, answer) => {
        const { evidence } = run;
        if (answer === undefined || evidence.routes === undefined || mode !== 'automatic' || site.bypasses(run))
          return undefined;
        if (answer.outcome !== 'refused' && answer.outcome !== 'noted') return undefined;
        if (FOR_NOW.includes(answer.reason) || run.request.kind === 'operator') return undefined;
        if (evidence.stored?.pause !== undefined) return undefined;
        const targets = new Set(evidence.routes.map(({ target }) => target));
        const owner = site.pair.find(({ eni }) => targets.has(eni));
        if (owner === undefined || targets.has(ROUTERS[owner.peer].eni) || !evidence.certainlyFailed(owner))
          return undefined;
        // EC2's event may be newer than the Describe that still shows the peer running.
        if (evidence.mayHaveStopped(ROUTERS[owner.peer])) return undefined;
        if (unfitness(run, ROUTERS[owner.peer], site.ledger, true) !== undefined) return undefined;
        if (!wasReadSinceItLeft(run, owner.peer, site)) return undefined;
        return `${run.id} knows that ${owner.name} has failed and that its peer is fit, and says ${answer.reason}`;
      },
    };
  },
};

/**
 * What was read on an instance proves nothing of its interface while that was at another one, and what the probe knew from
 * before it forgets then: the next round reads it anew. What was read before the last automatic swap is no proof either.
 */
function wasReadSinceItLeft(run: Run, router: RouterKey, site: SiteRecord): boolean {
  const attachedAt = site.world.ec2.state().interfaces.get(ROUTERS[router].eni)?.attachment?.at ?? 0;
  const since = Math.max(attachedAt, ...site.automaticSwaps(Number.POSITIVE_INFINITY));
  return site.ledger.knownTo(run, router, true).some(({ path, at }) => path === true && at > since);
}
