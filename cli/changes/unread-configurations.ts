import type { Situation } from './situation.ts';

/** Routers of sites as the file has them whose running configuration could not be read: whether it needs a push is unknown. */
export function unreadConfigurations({
  sites,
}: Situation): readonly { readonly site: string; readonly router: string }[] {
  return sites.flatMap(({ site, deployment, routers }) =>
    deployment === 'current'
      ? routers
          .filter(({ configuration }) => configuration === 'unknown')
          .map(({ name }) => ({ site: site.name, router: name }))
      : [],
  );
}
