import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const programsOutdated: Check = {
  id: 'programs-outdated',
  severity: 'attention',
  readsTable: true,
  check: (facts) =>
    onEachRouter(facts, ({ router, view }) => {
      if (view?.programs.current !== false) return [];
      const { installed, deployed } = view.programs;
      return [
        {
          where: router.name,
          says: `it runs other programs (version ${installed?.version ?? 'unknown'}) than those deployed (version ${deployed?.version ?? 'unknown'})`,
          remedy: `Run ${facts.next('router', 'install', facts.view.name, '--router', router.name)}`,
        },
      ];
    }),
};
