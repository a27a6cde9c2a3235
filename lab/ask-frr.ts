import { vtysh } from './daemons.ts';
import type { RouterPlan } from './plan.ts';

/** A BGP session of the topology, and its state; undefined: FRR does not have it, or does not answer. */
export interface BgpSession {
  readonly address: string;
  readonly description: string;
  readonly state: string | undefined;
}

/** The parsed output of `show … json`; undefined if FRR does not answer. */
export async function askFrr<T>(router: RouterPlan, command: string): Promise<T | undefined> {
  try {
    return JSON.parse(await vtysh(router, ['-c', command])) as T;
  } catch {
    return undefined;
  }
}

export async function bgpSessions(router: RouterPlan): Promise<BgpSession[]> {
  const summary = await askFrr<{ ipv4Unicast?: { peers?: Record<string, { state?: string }> } }>(
    router,
    'show bgp summary json',
  );
  const peers = summary?.ipv4Unicast?.peers ?? {};
  return router.model.bgp.neighbors.map(({ address, description = address }) => ({
    address,
    description,
    state: peers[address]?.state,
  }));
}
