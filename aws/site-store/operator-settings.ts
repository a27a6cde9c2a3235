import type { OperatorOrders } from '#failover/stored-site.ts';
import type { Acknowledgement, Maintenance, Pause, StoredState } from '#failover/stored-state.ts';
import type { Item, SiteTable } from '../site-table.ts';
import { itemsOf, SWAP } from './items.ts';

/** `swap/pause`, `swap/acknowledgement`, `swap/maintenance#<eni>`. */
export function operatorStore(table: SiteTable) {
  return {
    async setPause(pause: Pause | undefined): Promise<void> {
      if (pause === undefined) return table.delete(SWAP, 'pause');
      // A call without an answer is repeated, and its first attempt may be carried out after another operator's order.
      const condition = 'attribute_not_exists(pk) OR pause.since <= :since';
      await table.putIf({ pk: SWAP, sk: 'pause', pause }, { expression: condition, values: { ':since': pause.since } });
    },

    setAcknowledgement: (acknowledgement: Acknowledgement): Promise<void> =>
      table.put({ pk: SWAP, sk: 'acknowledgement', acknowledgement }),

    setMaintenance(eni: string, maintenance: Maintenance | undefined): Promise<void> {
      const sk = `maintenance#${eni}`;
      return maintenance === undefined ? table.delete(SWAP, sk) : table.put({ pk: SWAP, sk, eni, maintenance });
    },

    async operatorOrders(eni: string): Promise<OperatorOrders> {
      const [pause, maintenance] = await Promise.all([table.get(SWAP, 'pause'), table.get(SWAP, `maintenance#${eni}`)]);
      return {
        pause: pause?.pause as Pause | undefined,
        maintenance: maintenance?.maintenance as Maintenance | undefined,
      };
    },
  };
}

export function operatorSettingsIn(
  items: readonly Item[],
): Pick<StoredState, 'pause' | 'acknowledgement' | 'maintenance'> {
  const maintenance = itemsOf<{ eni: string; maintenance: Maintenance }>(items, 'maintenance#');
  return {
    pause: itemsOf<{ pause: Pause }>(items, 'pause')[0]?.pause,
    acknowledgement: itemsOf<{ acknowledgement: Acknowledgement }>(items, 'acknowledgement')[0]?.acknowledgement,
    maintenance: Object.fromEntries(maintenance.map((item) => [item.eni, item.maintenance])),
  };
}
