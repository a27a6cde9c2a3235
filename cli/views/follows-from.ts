import type { RouterView, SiteView } from './site-view.ts';

/** What is wrong at another site and explains lost sessions of this one: a clause for each router there. */
export function followsFrom({ routers }: SiteView, others: readonly SiteView[]): readonly string[] {
  const lost = new Set(routers.flatMap(({ lostNeighbors }) => (lostNeighbors ?? []).map(({ router }) => router)));
  return others.flatMap((site) =>
    site.routers
      .filter(({ name }) => lost.has(name))
      .flatMap((router) => failureOf(router).map((says) => `${router.name} of ${site.name} ${says}`)),
  );
}

/** What EC2 reports. Lost sessions alone do not show at which end the failure is. */
function failureOf({ instance, statusChecks, interface: eni, sourceDestCheck }: RouterView): readonly string[] {
  if (instance !== 'running' && instance !== 'unknown') return [`is ${instance}`];
  if (eni !== 'attached' && eni !== 'unknown') return [`has its interface ${eni}`];
  if (statusChecks === 'impaired') return ['fails its EC2 status check'];
  return sourceDestCheck === true ? ['has its source/dest check on'] : [];
}
