import { decide } from '#failover/decision.ts';
import { instanceOf, type Observation } from '#failover/observation.ts';
import { peerOf, routerNamed } from '#failover/site.ts';

/** A hypothetical event, and the decision that the rules would take now. */
export interface WhatIfView {
  readonly event: string;
  /** `swap`, `note`, `refuse`, … */
  readonly kind: string;
  readonly reason: string;
  readonly says: string;
}

/**
 * Puts a failure report, an EC2 event and a switchover into the observation in turn, and lets the same rules decide as the
 * function does. Empty if the routes have no single owner.
 */
export function whatIf(seen: Observation, owner: string | undefined): readonly WhatIfView[] {
  const router = owner === undefined ? undefined : routerNamed(seen.site, owner);
  if (router === undefined) return [];
  const peer = peerOf(seen.site, router);
  const up = (configured: number) => ({ configured, established: configured, receiving: configured, unreadable: 0 });
  const bgp = { tunnels: up(Math.max(1, peer.bgp.tunnels.length)), pair: up(1) };
  const decideOn = (event: string, changed: Observation): WhatIfView => {
    const { kind, reason, says } = decide(changed);
    return { event, kind, reason, says };
  };
  const facts = (name: string, change: Partial<Observation['routers'][string]>) => {
    const known = seen.routers[name];
    return known === undefined ? seen.routers : { ...seen.routers, [name]: { ...known, ...change } };
  };
  return [
    decideOn(`${peer.name} reports that ${router.name} failed, and its own eBGP sessions are up`, {
      ...seen,
      trigger: {
        kind: 'report',
        id: '',
        detector: 'bfd',
        event: 'failed',
        reporter: peer.name,
        subject: router.name,
        at: seen.at,
        instance: instanceOf(seen, peer) ?? '',
        detectedAt: seen.at,
        noticedAt: seen.at,
        bgp,
      },
      routers: facts(peer.name, {
        evidence: [
          { by: 'itself', at: seen.at, bgp },
          ...(seen.routers[peer.name]?.evidence ?? []).filter(({ by }) => by !== 'itself'),
        ],
      }),
    }),
    decideOn(`EC2 reports that ${router.name} is stopped`, {
      ...seen,
      trigger: { kind: 'ec2', id: '', instance: instanceOf(seen, router) ?? '', state: 'stopped' },
      routers: facts(router.name, { instance: 'stopped' }),
    }),
    decideOn(`an operator asks for a switchover to ${peer.name}`, {
      ...seen,
      trigger: {
        kind: 'operator',
        id: '',
        act: 'switchover',
        to: peer.name,
        by: 'an operator',
        reason: 'explain',
        overrides: [],
      },
    }),
  ];
}
