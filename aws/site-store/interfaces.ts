import type { KnownInterfaces } from '#failover/stored-state.ts';
import type { Item, SiteTable } from '../site-table.ts';
import { itemsOf, SWAP } from './items.ts';

/** `swap/interface#<eni>`. */
export function interfaceStore(table: SiteTable) {
  return {
    recordInterface: (eni: string, router: string): Promise<void> =>
      table.put({ pk: SWAP, sk: `interface#${eni}`, eni, router }),

    forgetInterface: (eni: string): Promise<void> => table.delete(SWAP, `interface#${eni}`),
  };
}

export function interfacesIn(items: readonly Item[]): { readonly interfaces: KnownInterfaces } {
  const found = itemsOf<{ eni: string; router: string }>(items, 'interface#');
  return { interfaces: Object.fromEntries(found.map(({ eni, router }) => [eni, router])) };
}
