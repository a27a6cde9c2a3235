import { unfinishedPushTexts } from '../../views/unfinished-push.ts';
import type { Check } from '../check.ts';

export const pushUnfinished: Check = {
  id: 'push-unfinished',
  severity: 'degraded',
  check({ view, next, status: { push } }) {
    if (push === null) return { found: [], unchecked: 'the state of configuration pushes cannot be read' };
    if (push === undefined || (push.underWay && push.state !== 'broken')) return { found: [] };
    const remedy = `Run ${next('config', 'push')}: it shows what each router has, and finishes or rolls back the push.`;
    return { found: [{ where: view.name, says: unfinishedPushTexts(push).join('; '), remedy }] };
  },
};
