import { pairSessionProblem } from '#failover/pair-session.ts';
import type { Check } from '../check.ts';

export const pairSession: Check = {
  id: 'pair-session',
  severity: 'degraded',
  readsTable: true,
  check({ view, observation, next }) {
    const says = pairSessionProblem(observation);
    const remedy = `Check the security groups of both interfaces (${next('topology', 'security-groups', '--site', view.name)}), and the pair's own link on the routers.`;
    return { found: says === undefined ? [] : [{ where: view.name, says, remedy }] };
  },
};
