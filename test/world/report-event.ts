import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { type ManagedSite, peerOf, routerNamed, routersOf } from '#failover/site.ts';
import { DETOUR, DOWN, EMPTY, UNREADABLE, UP } from '../failover/situation.ts';

/** What runs on a router, as far as anybody can see it from outside. */
export interface Life {
  /**
   * Of its BGP sessions: `down`: none is Established. `dead`: FRR does not run, which is the same. `detour`: only the one to
   * its peer is. `empty`: they are, and no prefix is received. `unreadable`: nobody can tell out of what FRR prints.
   * `unread`: `vtysh` itself fails.
   */
  bgp: 'up' | 'down' | 'dead' | 'detour' | 'empty' | 'unreadable' | 'unread';
  /** Its SSM agent answers. */
  agent: boolean;
  /** What it sends arrives. */
  api: boolean;
}

/** What a router says; the rest may be left out. */
export interface Report {
  readonly id: string;
  readonly by?: string;
  readonly about?: string;
  readonly detector?: 'serf' | 'bfd' | 'vrrp';
  readonly event?: string;
  readonly phase?: 'suspected' | 'confirmed' | 'withdrawn';
  /** When its evidence was read, ms since the epoch. */
  readonly at: number;
  /** When its reporter noticed the failure. Default: when the evidence was read. */
  readonly detectedAt?: number;
  /** When the peer was asked and did not answer. Default: it was not asked. */
  readonly confirmedAt?: number;
  readonly everyMs?: number;
  /** The instance that signs. Default: the one of the topology. */
  readonly signedBy?: string | undefined;
}

/** What API Gateway hands over when a router reports, with what the router's own life makes its evidence. */
export function reportEvent(
  {
    id,
    at,
    by,
    about,
    detector = 'serf',
    phase,
    event = phase === 'suspected' || phase === 'withdrawn' ? 'peer-suspected' : 'member-failed',
    detectedAt = at,
    confirmedAt,
    everyMs,
    signedBy,
  }: Report,
  site: ManagedSite,
  lives: Readonly<Record<string, Life>>,
): APIGatewayProxyEventV2WithIAMAuthorizer {
  const { active, standby } = site.routers;
  const reporter = by ?? standby.name;
  const own = routerNamed(site, reporter);
  const peer = own === undefined ? active : peerOf(site, own);
  const subject = about ?? (isOfOneself(event) ? reporter : peer.name);
  const bgp = event === 'contact' ? undefined : countsOf(lives[reporter] ?? { bgp: 'dead' });
  const evidence = {
    ...(bgp && { bgp }),
    ...(everyMs !== undefined && { everyMs }),
    ...(!isOfOneself(event) && { detectedAt: new Date(detectedAt).toISOString() }),
    ...(confirmedAt !== undefined && { confirm: { verdict: 'dead', at: new Date(confirmedAt).toISOString() } }),
  };
  const body = { id, detector, event, phase, reporter, subject, at: new Date(at).toISOString(), evidence };
  const speaker = [...routersOf(site), ...site.neighbors].find(({ name }) => name === reporter);
  const userArn = `arn:aws:sts::123456789012:assumed-role/${speaker?.instanceRole}/${signedBy ?? speaker?.instance}`;
  return {
    body: JSON.stringify(body),
    isBase64Encoded: false,
    pathParameters: { site: site.name },
    requestContext: { authorizer: { iam: { userArn } }, http: { sourceIp: '203.0.113.11' } },
  } as unknown as APIGatewayProxyEventV2WithIAMAuthorizer;
}

/** Heartbeat and contact. */
function isOfOneself(event: string): boolean {
  return event === 'alive' || event === 'contact';
}

/** As the router counts them; undefined: it cannot. */
export function countsOf({ bgp }: Pick<Life, 'bgp'>): BgpCounts | undefined {
  return { up: UP, down: DOWN, dead: DOWN, detour: DETOUR, empty: EMPTY, unreadable: UNREADABLE, unread: undefined }[
    bgp
  ];
}
