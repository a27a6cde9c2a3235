import type { SiteAddresses } from '../created/addresses-file.ts';
import type { Colours } from '../output/colours.ts';
import { renderTable } from '../output/table.ts';

/** What a site's deployment created: part of the JSON of `addresses`. */
export interface SiteAddressesView extends SiteAddresses {
  readonly region: string;
  readonly routers: readonly RouterAddressesView[];
}

interface RouterAddressesView {
  readonly name: string;
  readonly interface: string | null;
  readonly publicAddress: string | null;
  /** The instance that the interface is attached to now; null: none. */
  readonly instance: string | null;
}

export interface AddressesView {
  readonly topology: string;
  readonly sites: readonly SiteAddressesView[];
  /** Sentences; empty: everything is deployed, and the topology and the addresses file agree with it. */
  readonly problems: readonly string[];
  /** The file that was written; null: none. */
  readonly written: string | null;
}

export function showAddresses({ sites, problems, written }: AddressesView, { yellow, columns }: Colours): string {
  const routers = renderTable(
    ['SITE', 'ROUTER', 'INTERFACE', 'ELASTIC IP', 'INSTANCE'],
    sites.flatMap(({ name, routers: each }) =>
      each.map((router) => [name, router.name, router.interface, router.publicAddress, router.instance].map(orDash)),
    ),
    columns,
  );
  const networks = sites.filter(({ vpc, routeTable }) => vpc !== null || routeTable !== null);
  return [
    ...(sites.length === 0 ? ['The deployment of this topology creates no site.'] : [routers]),
    ...(networks.length === 0
      ? []
      : [
          '',
          renderTable(
            ['SITE', 'REGION', 'VPC', 'ROUTE TABLE'],
            networks.map(({ name, region, vpc, routeTable }) => [name, region, vpc, routeTable].map(orDash)),
            columns,
          ),
        ]),
    ...problems.map((problem) => `${yellow('!')} ${problem}`),
    ...(written === null ? [] : [`Written to ${written}.`]),
  ].join('\n');
}

function orDash(text: string | null): string {
  return text ?? '–';
}
