import type { SitePushView } from '../views/push-view.ts';
import { type Planned, type Step, stepsOf } from './steps.ts';
import { refusedWith, viewBefore } from './views.ts';

/** Plans of all sites at a time, and what would come of them. */
export interface Round {
  readonly planned: readonly Planned[];
  readonly steps: readonly Step[];
  readonly views: readonly SitePushView[];
}

export function roundOf(planned: readonly Planned[]): Round {
  const steps = stepsOf(planned);
  return { planned, steps, views: planned.map((each) => viewBefore(each, steps)).map(refusedWith(steps)) };
}

export function isTodo({ views }: Round): boolean {
  return views.some(({ outcome }) => outcome === 'planned');
}
