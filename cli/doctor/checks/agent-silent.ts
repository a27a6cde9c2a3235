import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

/** A router that the probe cannot ask is not proven fit after 90 s, whatever it forwards. */
export const agentSilent: Check = {
  id: 'agent-silent',
  severity: 'degraded',
  readsTable: true,
  check(facts) {
    const newest = facts.observation.stored.probes.at(-1);
    return onEachRouter(facts, ({ router, facts: { instance } }) =>
      instance === 'running' && newest?.readings[router.eni] === null
        ? [
            {
              where: router.name,
              says: `the probe got no answer over Systems Manager: ${newest.unanswered?.[router.eni] ?? 'no reason is known'}`,
              remedy:
                'Check that the SSM agent is installed and runs (docs/routers.md), that the instance has its role, and that TCP 443 to ssm and ssmmessages is open.',
            },
          ]
        : [],
    );
  },
};
