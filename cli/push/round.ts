import type { SitePushView } from '../views/push-view.ts';
import { refusedWith, siteViewBefore } from './site-view-before.ts';
import { type PlannedSite, type PushStep, stepsOf } from './steps.ts';

/** The plans of all sites at one time, and their steps. */
export interface Round {
  readonly planned: readonly PlannedSite[];
  readonly steps: readonly PushStep[];
  readonly views: readonly SitePushView[];
}

export function roundOf(planned: readonly PlannedSite[]): Round {
  const steps = stepsOf(planned);
  return { planned, steps, views: planned.map((each) => siteViewBefore(each, steps)).map(refusedWith(steps)) };
}

export function hasWork({ views }: Round): boolean {
  return views.some(({ outcome }) => outcome === 'planned');
}
