import { pause, resume, setMaintenance, switchover } from './operators.ts';
import type { SimEvent } from './schedule.ts';
import type { World } from './world.ts';

type OperatorEvent = Extract<
  SimEvent,
  { readonly kind: 'switchover' | 'pause' | 'resume' | 'maintenance' | 'operator-during-run' }
>;

/** Requests of operators at the near site. */
export function applyOperatorEvent(event: OperatorEvent, world: World): void {
  // The end of the fault phase takes back what operators have ordered; an order after that would last.
  if (world.faultsOver) return;
  const { tokyo } = world.sites;
  switch (event.kind) {
    case 'switchover':
      return void switchover(event.to, event.overrides, tokyo);
    case 'pause':
      return void pause(event.forMs, tokyo);
    case 'resume':
      return void resume(tokyo);
    case 'maintenance':
      return void setMaintenance(event.router, event.on, tokyo);
    case 'operator-during-run': {
      const standby = () => (tokyo.record.owner()?.key === 'b' ? 'a' : 'b');
      const actions = {
        pause: () => void pause(60_000, tokyo),
        maintenance: () => void setMaintenance(standby(), true, tokyo),
        switchover: () => void switchover(standby(), [], tokyo),
      };
      // A run that began in the fault phase may reach this step after it.
      const act = () => (world.faultsOver ? undefined : actions[event.action]());
      tokyo.platform.nextOperatorAction = { afterSteps: event.afterSteps, act };
      return;
    }
  }
}
