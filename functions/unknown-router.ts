import { shortClause } from '#failover/clause.ts';
import { type ManagedSite, routerNamed, routersOf } from '#failover/site.ts';

/**
 * The fault of a key that has to name a router of the site; undefined: it does.
 *
 * @param name as sent; one that is no text is not judged here
 */
export function unknownRouter(key: string, name: unknown, site: ManagedSite): string | undefined {
  const has = `site ${site.name} has ${routersOf(site)
    .map((each) => each.name)
    .join(' and ')}`;
  if (name === undefined) return `${key}: no router is named; ${has}`;
  if (typeof name !== 'string' || routerNamed(site, name) !== undefined) return undefined;
  return `${key}: unknown router ${JSON.stringify(shortClause(name))}; ${has}`;
}
