import type { answerReport } from '#functions/route-swap/answer-report.ts';
import { bgpOutput, isReadable } from './bgp-output.ts';
import type { GroundTruth } from './ground-truth.ts';
import type { Phase } from './phase-faults.ts';
import type { UnauthorizedCaller } from './schedule.ts';
import { ACCOUNT, REGIONS, ROUTERS, type RouterKey, type SiteName } from './sites.ts';

export type HttpEvent = Parameters<typeof answerReport>[0];

/** A router's message, as `router/lib/worker.sh` and `suspicion.sh` write it. */
export interface Message {
  readonly id: string;
  readonly detector: 'serf' | 'bfd' | 'vrrp';
  readonly event: 'peer-failed' | 'peer-left' | 'peer-suspected' | 'alive' | 'contact';
  /** Undefined: a report in one phase, or a message that is no report about the peer. */
  readonly phase?: Phase | undefined;
  readonly reporter: string;
  readonly subject: string;
  /** ISO 8601, by the sender's clock. */
  readonly at: string;
  readonly evidence: Evidence;
}

interface Evidence {
  readonly bgp?: unknown;
  readonly detectedAt?: string;
  readonly confirm?: { readonly verdict: string; readonly at?: string };
  readonly everyMs?: number;
}

/** Times by the sender's clock, ms since the epoch. */
export interface Claims {
  readonly detectedAt?: number;
  readonly confirmedAt?: number | undefined;
  readonly everyMs?: number;
  /** Only `confirmed`; the other phases are a `suspicionOf`. */
  readonly phase?: 'confirmed' | undefined;
}

/** The message that a router would write now. */
export function messageOf(
  router: RouterKey,
  event: Message['event'],
  id: string,
  truth: GroundTruth,
  { detectedAt, confirmedAt, everyMs, phase }: Claims = {},
): Message {
  const { name, peer } = ROUTERS[router];
  const ofItself = event === 'alive' || event === 'contact';
  const output = event === 'contact' ? undefined : bgpOutput(router, truth);
  const message: Message = {
    id,
    detector: 'bfd',
    event,
    ...(phase !== undefined && { phase }),
    reporter: name,
    subject: ofItself ? name : ROUTERS[peer].name,
    at: iso(truth.clock(router)),
    evidence: {
      ...(output !== undefined && { bgp: json(output) }),
      ...(detectedAt !== undefined && { detectedAt: iso(detectedAt) }),
      ...(confirmedAt !== undefined && { confirm: { verdict: 'dead', at: iso(confirmedAt) } }),
      ...(everyMs !== undefined && { everyMs }),
    },
  };
  if (output !== undefined && isReadable(router, truth)) {
    const path = truth.path(router);
    contents.set(message, { path, cutOff: !path && !truth.detour(router) });
  }
  return message;
}

/** The true content of a message; absent if its BGP output cannot be read. */
const contents = new WeakMap<Message, { readonly path: boolean; readonly cutOff: boolean }>();
export const contentOf = (message: Message) => contents.get(message);

/** The suspected report of a router about its peer, or its withdrawal. @param detectedAt by the router's clock */
export function suspicionOf(
  router: RouterKey,
  phase: Exclude<Phase, 'confirmed'>,
  id: string,
  truth: GroundTruth,
  detectedAt: number,
): Message {
  const { name, peer } = ROUTERS[router];
  return {
    id,
    detector: 'bfd',
    event: 'peer-suspected',
    phase,
    reporter: name,
    subject: ROUTERS[peer].name,
    at: iso(truth.clock(router)),
    evidence: { detectedAt: iso(detectedAt) },
  };
}

/** A router's report about the far end of its tunnel. */
export function witnessReportOf(router: RouterKey, about: RouterKey, id: string, truth: GroundTruth): Message {
  const at = iso(truth.clock(router));
  const [reporter, subject] = [ROUTERS[router].name, ROUTERS[about].name];
  return { id, detector: 'bfd', event: 'peer-failed', reporter, subject, at, evidence: {} };
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/** If `vtysh` printed no JSON, the router sends null. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The event that API Gateway sends to the function after it has verified the signature. */
export function httpEvent(site: SiteName, message: Message, userArn: string): HttpEvent {
  const event = {
    version: '2.0',
    body: JSON.stringify(message),
    isBase64Encoded: false,
    pathParameters: { site },
    requestContext: {
      accountId: ACCOUNT,
      authorizer: { iam: { accountId: ACCOUNT, userArn } },
      http: { method: 'POST', path: `/v1/sites/${site}/events`, sourceIp: '203.0.113.11' },
      apiId: 'simulated',
      domainName: `simulated.execute-api.${REGIONS[site]}.amazonaws.com`,
    },
  };
  return event as unknown as HttpEvent;
}

/** Of the caller when an instance of a router signs. */
export function arnOf(router: RouterKey, instance: string): string {
  const { instanceRole } = ROUTERS[router];
  return `arn:aws:sts::${ACCOUNT}:assumed-role/${instanceRole}/${instance}`;
}

/** ARN of a caller that can sign requests and is not one of the routers. */
export function unauthorizedArn(as: RouterKey, who: UnauthorizedCaller): string {
  const { instanceRole, instance } = ROUTERS[as];
  switch (who) {
    case 'other-role':
      return `arn:aws:sts::${ACCOUNT}:assumed-role/Developer/${instance}`;
    case 'user':
      return `arn:aws:iam::${ACCOUNT}:user/${instance}`;
    case 'federated':
      return `arn:aws:sts::${ACCOUNT}:federated-user/${instance}`;
    case 'other-account':
      return `arn:aws:sts::999999999999:assumed-role/${instanceRole}/${instance}`;
    case 'other-instance':
      return `arn:aws:sts::${ACCOUNT}:assumed-role/${instanceRole}/x${instance}`;
  }
}
