import { isTooOld, OLDEST_AGENT } from '#aws/agent-version.ts';
import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

export const agentOutdated: Check = {
  id: 'agent-outdated',
  severity: 'attention',
  check: (facts) =>
    onEachExamined(
      facts,
      (router, { agent }) =>
        agent === null || !isTooOld(agent)
          ? []
          : [
              {
                where: router,
                says: `its SSM agent is ${agent}, and configuration pushes need ${OLDEST_AGENT} or later`,
                remedy: `Deploy with a newer package (docs/routers.md), then run ${facts.next('router', 'install')}.`,
              },
            ],
      ({ agent }) => agent === null && 'the version of its SSM agent cannot be read',
    ),
};
