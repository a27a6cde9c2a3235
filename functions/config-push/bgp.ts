import type { BgpCounts, SessionCount } from '#failover/bgp-counts.ts';
import { countSessionsIn } from '#failover/bgp-summary.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { PushTools } from './tools.ts';

const EVERY_MS = 2_000;

/** BGP of a router now; undefined: it did not tell, which is unknown and never down. */
export async function readBgpCounts(router: ManagedRouter, tools: PushTools): Promise<BgpCounts | undefined> {
  const end = await tools.readBgp(router);
  return end.kind === 'answered' ? countSessionsIn(end.output, router.bgp) : undefined;
}

/**
 * Waits until a router's eBGP is what it was, or all that it should be.
 *
 * @param before its sessions before the change; a router that had none has nothing to lose
 * @returns undefined: it is; otherwise why not
 */
export async function bgpReturns(
  router: ManagedRouter,
  before: SessionCount,
  withinMs: number,
  tools: PushTools,
): Promise<string | undefined> {
  if (before.established === 0) return undefined;
  const { now, sleep, verify } = tools;
  const until = now() + withinMs;
  for (let goodSince: number | undefined; ; await sleep(EVERY_MS)) {
    const count = (await readBgpCounts(router, tools))?.tunnels;
    goodSince = count !== undefined && isBack(count, before) ? (goodSince ?? now()) : undefined;
    if (goodSince !== undefined && now() - goodSince >= verify.steadyMs) return undefined;
    if (now() >= until) return `${found(count)}, ${before.established} were Established before`;
  }
}

/** New neighbours may have nobody at the other end yet, and old ones may be gone on purpose. */
function isBack({ established, configured }: SessionCount, before: SessionCount): boolean {
  return established > 0 && established >= Math.min(before.established, configured);
}

function found(count: SessionCount | undefined): string {
  return count === undefined
    ? 'it does not tell its eBGP sessions'
    : `${count.established} of its ${count.configured} eBGP sessions are Established`;
}
