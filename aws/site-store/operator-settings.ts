import type { OperatorOrders } from '#failover/stored-site.ts';
import type { Acknowledgement, Maintenance, Pause, StoredState } from '#failover/stored-state.ts';
import type { Condition, Item, SiteTable } from '../site-table.ts';
import { itemsOf, SWAP, seconds } from './items.ts';

/** Far longer than a write without an answer can be carried out late. */
const END_KEPT_MS = 24 * 3_600_000;

/** `swap/pause`, `swap/acknowledgement`, `swap/maintenance#<eni>`. The end of a pause or a maintenance takes its place for a day. */
export function operatorStore(table: SiteTable) {
  return {
    async setPause(pause: Pause): Promise<void> {
      await table.putIf({ pk: SWAP, sk: 'pause', pause }, orderedBefore('pause', pause.since));
    },

    async endPause(orderedAt: number): Promise<void> {
      await table.putIf({ pk: SWAP, sk: 'pause', ...ended(orderedAt) }, orderedBefore('pause', orderedAt));
    },

    setAcknowledgement: (acknowledgement: Acknowledgement): Promise<void> =>
      table.put({ pk: SWAP, sk: 'acknowledgement', acknowledgement }),

    async setMaintenance(eni: string, maintenance: Maintenance): Promise<void> {
      const item = { pk: SWAP, sk: maintenanceOf(eni), eni, maintenance };
      await table.putIf(item, orderedBefore('maintenance', maintenance.since));
    },

    async endMaintenance(eni: string, orderedAt: number): Promise<void> {
      const item = { pk: SWAP, sk: maintenanceOf(eni), ...ended(orderedAt) };
      await table.putIf(item, orderedBefore('maintenance', orderedAt));
    },

    async operatorOrders(eni: string): Promise<OperatorOrders> {
      const [pause, maintenance] = await Promise.all([table.get(SWAP, 'pause'), table.get(SWAP, maintenanceOf(eni))]);
      return {
        pause: pause?.pause as Pause | undefined,
        maintenance: maintenance?.maintenance as Maintenance | undefined,
      };
    },
  };
}

const maintenanceOf = (eni: string) => `maintenance#${eni}`;

function ended(at: number): Item {
  return { endedAt: at, expires: seconds(at + END_KEPT_MS) };
}

/** Holds if nothing is stored that was ordered after `at`, ms since the epoch. */
function orderedBefore(setting: 'pause' | 'maintenance', at: number): Condition {
  const expression = `attribute_not_exists(pk) OR ${setting}.since <= :at OR endedAt <= :at`;
  return { expression, values: { ':at': at } };
}

export function operatorSettingsIn(
  items: readonly Item[],
): Pick<StoredState, 'pause' | 'acknowledgement' | 'maintenance'> {
  const maintenance = itemsOf<{ eni: string; maintenance?: Maintenance }>(items, 'maintenance#');
  return {
    pause: itemsOf<{ pause?: Pause }>(items, 'pause')[0]?.pause,
    acknowledgement: itemsOf<{ acknowledgement: Acknowledgement }>(items, 'acknowledgement')[0]?.acknowledgement,
    maintenance: Object.fromEntries(
      maintenance.flatMap((item) => (item.maintenance === undefined ? [] : [[item.eni, item.maintenance]])),
    ),
  };
}
