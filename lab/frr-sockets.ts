import { join } from 'node:path';
import type { RouterPlan } from './plan.ts';

/** FRR puts each router's sockets into a directory named after it. */
export function frrRunDirectory({ namespace }: Pick<RouterPlan, 'namespace'>): string {
  return join('/var/run/frr', namespace);
}
