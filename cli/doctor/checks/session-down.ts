import { decisiveEvidence } from '#failover/fitness.ts';
import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

/** Some tunnels carry the traffic, and the loss of these would leave no path. */
export const sessionDown: Check = {
  id: 'session-down',
  severity: 'attention',
  readsTable: true,
  check: (facts) =>
    onEachRouter(facts, ({ router, facts: { evidence } }) => {
      const bgp = decisiveEvidence(evidence, facts.observation.at)?.bgp;
      if (bgp === undefined || bgp.tunnels.receiving === 0) return [];
      const { configured, receiving, unreadable } = bgp.tunnels;
      const down = configured - receiving - unreadable;
      if (down <= 0) return [];
      return [
        {
          where: router.name,
          says: `${down} of its ${configured} eBGP sessions receive no prefix`,
          remedy: `On the router: show bgp summary. The far ends may have failed: ${facts.next('status')}.`,
        },
      ];
    }),
};
