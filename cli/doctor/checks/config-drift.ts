import { whyNotRunning } from '#failover/why-not-running.ts';
import { counted } from '../../output/counted.ts';
import { needsPush } from '../../push/steps.ts';
import type { Check } from '../check.ts';

export const configDrift: Check = {
  id: 'config-drift',
  severity: 'attention',
  check({ plan, observation, next }) {
    if (!plan.ok) return { found: [], unchecked: plan.why };
    const unread = plan.fact.routers.filter(({ digest }) => digest === '');
    return {
      found: plan.fact.routers.filter(needsPush).map(({ name, commands, drift }) => ({
        where: name,
        says:
          commands.length === 0
            ? 'it boots with another configuration than it runs'
            : `its configuration differs from the topology by ${counted(commands.length, 'command')}, ${drift.added.length + drift.removed.length} of them changed outside of a push`,
        remedy: `Run ${next('config', 'diff', '--router', name)}, then ${next('config', 'push')}.`,
      })),
      ...(unread.length > 0 && {
        unchecked: unread
          .map(
            ({ name, problem }) =>
              `${name}: ${whyNotRunning(observation.routers[name]) ?? problem?.says ?? 'not read'}`,
          )
          .join('; '),
      }),
    };
  },
};
