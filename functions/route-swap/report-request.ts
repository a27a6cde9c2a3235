import { Report } from '#contracts/report.ts';
import * as z from '#contracts/validation.ts';
import { countSessions } from '#failover/bgp-summary.ts';
import { claimTime, noticedAt, staleness } from '#failover/claim.ts';
import { type ManagedRouter, type ManagedSite, routerNamed, routersOf } from '#failover/site.ts';
import type { Heartbeat, WitnessReport } from '#failover/stored-state.ts';
import type { ReportTrigger } from '#failover/trigger.ts';
import { bodyOf, type HttpEvent } from '#functions/http.ts';
import { type Rejection, reject } from '#functions/rejection.ts';
import { type SigningPorts, signerOf } from './signer.ts';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * `member-…` are Serf's own event names; the others are defined here, for any detector. `alive` is a heartbeat; `contact` says
 * only that it arrived.
 */
const EVENTS = {
  'member-failed': 'failed',
  'member-leave': 'left',
  'peer-failed': 'failed',
  'peer-left': 'left',
  'peer-suspected': 'suspected',
  alive: 'alive',
  contact: 'contact',
} as const;

/** What a valid request says. */
export type Message =
  | { readonly kind: 'report'; readonly report: ReportTrigger }
  /** A router of the pair has lost its peer and is still asking it. `report`: what it will report if the peer does not answer. */
  | { readonly kind: 'suspicion'; readonly report: ReportTrigger }
  /** The peer of a `suspicion` with this id has answered. */
  | ({ readonly kind: 'withdrawal'; readonly id: string } & SignedBy)
  /** A router of another site has lost a router of this site: a witness. */
  | { readonly kind: 'testimony'; readonly testimony: WitnessReport }
  /** A router of the pair is alive, with the state of its sessions. */
  | ({ readonly kind: 'heartbeat'; readonly heartbeat: Heartbeat } & SignedBy)
  /** A router of the pair has proven that its reports arrive. `at`: ms since the epoch. */
  | ({ readonly kind: 'contact'; readonly at: number } & SignedBy);

/** A router of the pair, and the instance that signed for it. */
export interface SignedBy {
  readonly router: ManagedRouter;
  readonly instance: string;
}

/**
 * Reads `POST /v1/sites/{site}/events`, or rejects it with all of its faults. API Gateway has verified the signature; the
 * authorizer's context has the caller. A router may only report in its own name, and only ask
 * for traffic to come to itself.
 *
 * A stale heartbeat, contact, suspicion or testimony is rejected, so that its router corrects its clock. A stale report is refused by the
 * decision, and recorded in the history.
 */
export async function readReport(event: HttpEvent, ports: SigningPorts): Promise<Message | Rejection> {
  const { site } = ports;
  const body = bodyOf(event);
  if (body.length > MAX_BODY_BYTES) {
    return reject(413, 'body-too-large', `The body has ${body.length} bytes; a report may have ${MAX_BODY_BYTES}.`);
  }
  const parsed = parse(body.toString('utf8'));
  if ('status' in parsed) return parsed;
  const wrong = wrongSite(event, site) ?? wrongRouters(parsed, site);
  if (wrong !== undefined) return wrong;
  const instance = await signerOf(parsed.reporter, event.requestContext.authorizer.iam.userArn, ports);
  if (typeof instance !== 'string') return instance;
  const now = ports.now();
  return wrongTime(parsed, site, now) ?? toMessage(parsed, instance, site, now);
}

function parse(text: string): Report | Rejection {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return reject(400, 'malformed-json', `The body is not JSON: ${(error as Error).message}.`);
  }
  const result = z.safeParse(Report, json);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return reject(400, 'malformed-report', `The report is not valid: ${faults.join('; ')}.`);
}

function wrongSite(event: HttpEvent, site: ManagedSite): Rejection | undefined {
  const asked = event.pathParameters?.site;
  if (asked === site.name) return undefined;
  return reject(400, 'unknown-site', `This endpoint serves site ${site.name} only, not ${quoted(asked)}.`);
}

function wrongRouters({ event, phase, reporter, subject }: Report, site: ManagedSite): Rejection | undefined {
  const names = routersOf(site).map((router) => router.name);
  const reporters = [...names, ...site.neighbors.map((neighbor) => neighbor.name)];
  const unknown = [...(reporters.includes(reporter) ? [] : [reporter]), ...(names.includes(subject) ? [] : [subject])];
  if (unknown.length > 0) {
    const who = unknown.map(quoted).join(' and ');
    return reject(400, 'unknown-router', `${who}: site ${site.name} has ${names.join(' and ')}.`);
  }
  if (isAboutItself(event)) {
    if (reporter === subject) return undefined;
    return reject(
      400,
      'not-oneself',
      `${reporter} sends ${event} about ${subject}; a router sends it about itself only.`,
    );
  }
  if (phase !== undefined && !names.includes(reporter)) {
    return reject(400, 'phase-of-witness', `${reporter} is a router of another site; its reports have no phase.`);
  }
  if (reporter !== subject) return undefined;
  return reject(
    400,
    'about-oneself',
    `${reporter} reports itself; only the other router of the pair can report its failure.`,
  );
}

/** A heartbeat or a contact is about its reporter. */
function isAboutItself(event: Report['event']): boolean {
  return event === 'alive' || event === 'contact';
}

function wrongTime(report: Report, site: ManagedSite, now: number): Rejection | undefined {
  const { event, phase, reporter, subject, at } = report;
  const witness = routerNamed(site, reporter) === undefined;
  if (!isAboutItself(event) && !witness && phase !== 'suspected') return undefined;
  const own = event === 'alive' ? `${reporter}'s heartbeat` : `${reporter}'s contact`;
  const claim = isAboutItself(event) ? own : `${reporter}'s report of ${subject}`;
  const stale = staleness(claim, Date.parse(at), now);
  return stale === undefined ? undefined : reject(409, 'report-stale', stale);
}

function toMessage(body: Report, instance: string, site: ManagedSite, now: number): Message {
  const { id, detector, phase, reporter, subject, evidence } = body;
  const at = Date.parse(body.at);
  const event = EVENTS[body.event];
  const router = routerNamed(site, reporter);
  if (router === undefined) {
    const about = routerNamed(site, subject)?.eni ?? subject;
    return { kind: 'testimony', testimony: { by: reporter, about, at: claimTime(at, now) } };
  }
  if (phase === 'withdrawn') return { kind: 'withdrawal', router, instance, id };
  if (event === 'contact') return { kind: 'contact', router, instance, at: claimTime(at, now) };
  const bgp = countSessions(evidence?.bgp, router.bgp);
  if (event === 'alive') {
    return {
      kind: 'heartbeat',
      router,
      instance,
      heartbeat: { at: claimTime(at, now), everyMs: evidence?.everyMs, bgp },
    };
  }
  // A suspicion becomes the report of a failure: a router that leaves is not asked first.
  const reported = event === 'suspected' ? 'failed' : event;
  const named = { kind: 'report', id, detector, event: reported, reporter, subject, instance, at, bgp } as const;
  const confirmed = phase === 'confirmed' ? { phase } : {};
  const report: ReportTrigger = { ...named, ...confirmed, ...timesOf(evidence, at, now), ...detailsOf(evidence) };
  return { kind: phase === 'suspected' ? 'suspicion' : 'report', report };
}

/** When the failure was noticed, when the peer was last asked in vain, and whether it ever answered. */
function timesOf(evidence: Report['evidence'], at: number, now: number) {
  const { detectedAt, confirm } = evidence ?? {};
  const detected = detectedAt === undefined ? undefined : Date.parse(detectedAt);
  return {
    ...(confirm?.everAnswered === false && { neverAnswered: true as const }),
    ...(confirm?.verdict === 'dead' && confirm.at !== undefined && { confirmedAt: Date.parse(confirm.at) }),
    ...(detected !== undefined && { detectedAt: detected, noticedAt: noticedAt({ at, detectedAt: detected }, now) }),
  };
}

/** An item of the history has 400 KB; what a report tried takes less than 1. */
const MAX_DETAILS = 4_000;

function detailsOf(evidence: Report['evidence']): Pick<ReportTrigger, 'details'> {
  const { confirm, bgpError } = evidence ?? {};
  const details = { ...(confirm !== undefined && { confirm }), ...(bgpError !== undefined && { bgpError }) };
  const text = JSON.stringify(details, storable);
  return text.length === 2 || text.length > MAX_DETAILS ? {} : { details: JSON.parse(text) as typeof details };
}

/** DynamoDB's client throws for a larger number, and the history would lose the entry. */
function storable(_: string, value: unknown): unknown {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? String(value) : value;
}

/** Text of an unverified sender, limited in length and escaped. */
function quoted(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 80));
}
