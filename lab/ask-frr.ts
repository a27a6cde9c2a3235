import { vtysh } from './daemons.ts';
import type { RouterPlan } from './plan.ts';

/** A BGP session as the topology has it, and its state now; undefined: FRR knows of none, or does not answer. */
export interface BgpSession {
  readonly address: string;
  readonly description: string;
  readonly state: string | undefined;
}

/** What a `show … json` says; undefined when FRR does not answer. */
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
