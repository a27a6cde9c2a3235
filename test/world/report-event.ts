import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import { type ManagedSite, peerOf, routerNamed, routersOf } from '#failover/site.ts';

/** What runs on a router, as far as anybody can see it from outside. */
export interface Life {
  /** Are its eBGP sessions Established? `dead`: FRR does not run, and `vtysh` says so. `untold`: `vtysh` itself fails. */
  bgp: 'up' | 'down' | 'dead' | 'untold';
  /** Its SSM agent answers. */
  agent: boolean;
}

/** What a router says; the rest may be left out. */
export interface Report {
  readonly id: string;
  readonly by?: string;
  readonly about?: string;
  readonly detector?: 'serf' | 'bfd' | 'vrrp';
  readonly event?: string;
  /** When its evidence was read, ms since the epoch. */
  readonly at: number;
  readonly everyMs?: number;
}

/** What API Gateway hands over when a router reports, with what the router's own life makes its evidence. */
export function reportEvent(
  { id, at, by, about, detector = 'serf', event = 'member-failed', everyMs }: Report,
  site: ManagedSite,
  lives: Readonly<Record<string, Life>>,
): APIGatewayProxyEventV2WithIAMAuthorizer {
  const { active, standby } = site.routers;
  const reporter = by ?? standby.name;
  const own = routerNamed(site, reporter);
  const peer = own === undefined ? active : peerOf(site, own);
  const subject = about ?? (event === 'alive' ? reporter : peer.name);
  const bgp = summaryOf(lives[reporter] ?? { bgp: 'dead', agent: false });
  const evidence = { ...(bgp && { bgp }), ...(everyMs !== undefined && { everyMs }) };
  const body = { id, detector, event, reporter, subject, at: new Date(at).toISOString(), evidence };
  const speaker = [...routersOf(site), ...site.neighbors].find(({ name }) => name === reporter);
  const userArn = `arn:aws:sts::123456789012:assumed-role/${speaker?.instanceRole}/${speaker?.instance}`;
  return {
    body: JSON.stringify(body),
    isBase64Encoded: false,
    pathParameters: { site: site.name },
    requestContext: { authorizer: { iam: { userArn } }, http: { sourceIp: '203.0.113.11' } },
  } as unknown as APIGatewayProxyEventV2WithIAMAuthorizer;
}

/** As FRR prints it; undefined: it does not. */
export function summaryOf({ bgp }: Life) {
  if (bgp === 'dead' || bgp === 'untold') return undefined;
  const state = bgp === 'up' ? 'Established' : 'Active';
  return { ipv4Unicast: { as: 65001, peers: { '169.254.10.2': { remoteAs: 65002, state } } } };
}
