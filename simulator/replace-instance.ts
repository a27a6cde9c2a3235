import type { SimEvent } from './schedule.ts';
import { REGIONS, ROUTERS } from './sites.ts';
import type { World } from './world.ts';

const TRY_AGAIN_MS = 1_000;

/**
 * Terminates the instance of a created router, as `upgrade` or an operator does, and launches another one on its interface: after the
 * stated time, and not before EC2 has detached the interface.
 */
export function replaceInstance(
  { router, afterMs }: Extract<SimEvent, { readonly kind: 'replace' }>,
  { sites, truth, time, log }: World,
): void {
  const { name, site, eni } = ROUTERS[router];
  const { ec2 } = sites[site];
  const before = truth.instances[router];
  ec2.lifecycle.terminate(REGIONS[site], before);
  const launch = () => {
    // Another replacement may have launched one.
    if (truth.instances[router] !== before) return;
    const next = successorOf(before);
    const isFree = ec2.lifecycle.find(REGIONS[site], before).state === 'terminated';
    if (!isFree || !ec2.launch(next, before, eni, time.now())) return time.after(TRY_AGAIN_MS, launch);
    log(() => `${name} is ${next} now`);
    truth.replace(router, next);
  };
  time.after(afterMs, launch);
}

/** `i-0…`, `i-1…`, `i-2…` */
function successorOf(instance: string): string {
  return `i-${(Number(instance.at(2)) + 1) % 10}${instance.slice(3)}`;
}
