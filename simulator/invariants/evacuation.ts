import type { BegunSwap } from '#simulator/begun-swap.ts';
import type { SiteRecord } from '#simulator/site-record.ts';
import { ROUTERS } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

const BEFORE_MS = 15 * 60_000;
const AT_THE_SAME_TIME_MS = 30 * 60_000;

/** A swap for a scheduled event of AWS; its owner is healthy by design. */
export function isEvacuation({ reason }: BegunSwap): boolean {
  return reason === 'evacuation';
}

export const evacuation: Invariant = {
  name: 'evacuation',
  holds:
    'routes leave a router for a scheduled event only if the policy allows it, the event begins within 15 minutes, and the peer has no event until 30 minutes after that',
  watch: (site) => ({
    begun: (swap) => {
      if (!swap.automatic || !isEvacuation(swap) || mayEvacuate(swap, site)) return undefined;
      return `${swap.run.id} evacuates ${swap.from.name} to ${swap.to.name} without the reason to`;
    },
  }),
};

function mayEvacuate({ run: { evidence }, from }: BegunSwap, { world }: SiteRecord): boolean {
  const now = evidence.completeAt;
  const isDue = evidence.hasEventBefore(from, now + BEFORE_MS);
  return (
    world.site.policy.evacuate === 'automatic' &&
    isDue &&
    !evidence.hasEventBefore(ROUTERS[from.peer], now + AT_THE_SAME_TIME_MS)
  );
}
