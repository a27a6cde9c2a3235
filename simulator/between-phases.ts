import { messageOf } from './http-event.ts';
import { pause, setMaintenance } from './operators.ts';
import type { BetweenPhases } from './phase-faults.ts';
import { ROUTERS, type RouterKey } from './sites.ts';
import type { World } from './world.ts';

/** The near site's store changes when its next suspected report has been answered. */
export function actBetweenPhases(action: BetweenPhases, world: World): void {
  const { phaseFaults, sites } = world;
  phaseFaults.between = (reporter) => {
    if (ROUTERS[reporter].site !== 'tokyo') return;
    phaseFaults.between = undefined;
    // The environment that has prepared the swap stays idle for the confirmed report.
    sites.tokyo.platform.isNextElsewhere = true;
    act(action, reporter, world);
    sites.tokyo.platform.isNextElsewhere = false;
  };
}

function act(action: BetweenPhases, reporter: RouterKey, world: World): void {
  const { time, truth, sites } = world;
  switch (action) {
    case 'pause':
      return void pause(60_000, sites.tokyo);
    case 'maintenance':
      return void setMaintenance(reporter === 'b' ? 'b' : 'a', true, sites.tokyo);
    case 'claim': {
      const { peer } = ROUTERS[reporter];
      if (!truth.reachesApi(peer)) return;
      void world.send(messageOf(peer, 'alive', `claim-${peer}-${time.now()}`, truth), world.signerOf(peer));
    }
  }
}
