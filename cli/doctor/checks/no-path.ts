import { pathOf } from '#failover/bgp-counts.ts';
import { decisiveEvidence } from '#failover/fitness.ts';
import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const noPath: Check = {
  id: 'no-path',
  severity: 'degraded',
  readsTable: true,
  check: (facts) =>
    onEachRouter(facts, ({ router, facts: { evidence } }) => {
      const bgp = decisiveEvidence(evidence, facts.observation.at)?.bgp;
      if (bgp === undefined || pathOf(bgp) !== 'none') return [];
      const { established, configured } = bgp.tunnels;
      const says =
        established === 0
          ? `none of its ${configured} eBGP sessions is Established`
          : `${established} of ${configured} eBGP sessions are Established, and none receives a prefix`;
      return [
        {
          where: router.name,
          says,
          remedy: `On the router: show vpn ike sa, show bgp summary. Compare the keys and the configuration of both ends: ${facts.next('config', 'diff', '--router', router.name)}`,
        },
      ];
    }),
};
