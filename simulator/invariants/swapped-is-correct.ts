import { routerCalled } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

export const swappedIsCorrect: Invariant = {
  name: 'swapped-is-correct',
  holds: 'if a run answers `swapped` and still holds its epoch, every route of the pair is at the target',
  watch: (site) => ({
    ended: (run, answer) => {
      if (answer?.outcome !== 'swapped' || site.lateMoves + site.movedByHand > 0 || site.lease?.journal.run !== run.id)
        return undefined;
      const eni = routerCalled(answer.owner)?.eni;
      const ours = run.evidence.ours(site.world.site);
      const left = [...site.targets()].filter(([name, target]) => ours.has(name) && target !== eni);
      return left.length === 0
        ? undefined
        : `${run.id} says that ${answer.owner} has the routes; ${left.join(' ')} do not agree`;
    },
  }),
};
