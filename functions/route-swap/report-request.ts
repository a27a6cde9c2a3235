import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import { countEbgp, parseBgpSummary } from '#failover/bgp-summary.ts';
import { noticedAt, saidAt, staleness } from '#failover/claim.ts';
import type { Heartbeat, Testimony } from '#failover/memory.ts';
import { type ManagedSite, routerNamed, routersOf } from '#failover/site.ts';
import type { ReportTrigger } from '#failover/trigger.ts';
import * as z from '#functions/validation.ts';

type Event = APIGatewayProxyEventV2WithIAMAuthorizer;

/** A request that is not acted on, and why, for its sender. */
export interface Rejection {
  readonly status: 400 | 403 | 409 | 413;
  readonly reason: string;
  readonly says: string;
}

const MAX_BODY_BYTES = 64 * 1024;

/** Serf's own event names are taken as they are; the others are ours, for any detector. `alive` is a heartbeat. */
const EVENTS = {
  'member-failed': 'failed',
  'member-leave': 'left',
  'peer-failed': 'failed',
  'peer-left': 'left',
  alive: 'alive',
} as const;

/** What a valid request says. */
export type Message =
  | { readonly kind: 'report'; readonly report: ReportTrigger }
  /** A router of another site lost sight of one of ours: a witness. */
  | { readonly kind: 'testimony'; readonly testimony: Testimony }
  /** A router of ours says that it is alive, and how its sessions are. */
  | { readonly kind: 'heartbeat'; readonly router: string; readonly heartbeat: Heartbeat };

const name = z.string().check(z.minLength(1), z.maxLength(63));

const Report = z.object({
  id: z.string().check(z.regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -')),
  detector: z.enum(['serf', 'bfd', 'vrrp']),
  event: z.enum(['member-failed', 'member-leave', 'peer-failed', 'peer-left', 'alive']),
  reporter: name,
  subject: name,
  at: z.iso.datetime({ offset: true }),
  evidence: z.optional(
    z.looseObject({
      bgp: z.optional(z.unknown()),
      /** When the detector noticed. */
      detectedAt: z.optional(z.iso.datetime({ offset: true })),
      /** Of a heartbeat: when the next one will come, ms. */
      everyMs: z.optional(z.int().check(z.minimum(1_000), z.maximum(600_000))),
    }),
  ),
});

/**
 * Reads `POST /v1/sites/{site}/events`, or says what is wrong with it: everything that is, at once. API Gateway has
 * verified the signature; who signed is in the authorizer's context. A router may only speak for itself, and only ask
 * for traffic to come to itself.
 *
 * @param now ms since the epoch. A heartbeat or testimony of another time is rejected, so that its router puts its clock
 *   right; of a report the decision says so, and the history with it.
 */
export function readReport(event: Event, site: ManagedSite, now: number): Message | Rejection {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > MAX_BODY_BYTES) {
    return reject(413, 'body-too-large', `The body has ${body.length} bytes; a report may have ${MAX_BODY_BYTES}.`);
  }
  const parsed = parse(body.toString('utf8'));
  if ('status' in parsed) return parsed;
  return (
    wrongSite(event, site) ??
    wrongRouters(parsed, site) ??
    wrongCaller(event, parsed, site) ??
    wrongTime(parsed, site, now) ??
    toMessage(parsed, site, now)
  );
}

type Report = z.infer<typeof Report>;

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

function wrongSite(event: Event, site: ManagedSite): Rejection | undefined {
  const asked = event.pathParameters?.site;
  if (asked === site.name) return undefined;
  return reject(400, 'unknown-site', `This endpoint serves site ${site.name} only, not ${quoted(asked)}.`);
}

function wrongRouters({ event, reporter, subject }: Report, site: ManagedSite): Rejection | undefined {
  const names = routersOf(site).map((router) => router.name);
  const speakers = [...names, ...site.neighbors.map((neighbor) => neighbor.name)];
  const unknown = [...(speakers.includes(reporter) ? [] : [reporter]), ...(names.includes(subject) ? [] : [subject])];
  if (unknown.length > 0) {
    const who = unknown.map(quoted).join(' and ');
    return reject(400, 'unknown-router', `${who}: site ${site.name} has ${names.join(' and ')}.`);
  }
  if (event === 'alive') {
    if (reporter === subject) return undefined;
    return reject(400, 'not-oneself', `${reporter} says that ${subject} is alive; a heartbeat is about its reporter.`);
  }
  if (reporter !== subject) return undefined;
  return reject(
    400,
    'about-oneself',
    `${reporter} reports itself; only the other router of the pair can say that it is gone.`,
  );
}

function wrongCaller(event: Event, { reporter }: Report, site: ManagedSite): Rejection | undefined {
  const arn = event.requestContext.authorizer.iam.userArn;
  // EC2 names an instance role's session after the instance: …:assumed-role/<role>/i-….
  const caller = arn.split('/').at(-1);
  const speaker = [...routersOf(site), ...site.neighbors].find(({ name: each }) => each === reporter);
  if (caller === speaker?.instance) return undefined;
  return reject(403, 'not-the-reporter', `${arn} may not speak for ${reporter}, which is ${speaker?.instance}.`);
}

function wrongTime({ event, reporter, subject, at }: Report, site: ManagedSite, now: number): Rejection | undefined {
  const witness = routerNamed(site, reporter) === undefined;
  if (event !== 'alive' && !witness) return undefined;
  const claim = witness ? `${reporter}'s word about ${subject}` : `${reporter}'s heartbeat`;
  const stale = staleness(claim, Date.parse(at), now);
  return stale === undefined ? undefined : reject(409, 'report-stale', stale);
}

function toMessage(body: Report, site: ManagedSite, now: number): Message {
  const { id, detector, reporter, subject, evidence } = body;
  const at = Date.parse(body.at);
  const event = EVENTS[body.event];
  const sessions = parseBgpSummary(evidence?.bgp, site.asn);
  const ebgp = sessions && countEbgp(sessions);
  if (event === 'alive') {
    return {
      kind: 'heartbeat',
      router: reporter,
      heartbeat: { at: saidAt(at, now), everyMs: evidence?.everyMs, ebgp },
    };
  }
  if (routerNamed(site, reporter) === undefined) {
    return { kind: 'testimony', testimony: { by: reporter, about: subject, at: saidAt(at, now) } };
  }
  const report = { kind: 'report', id, detector, event, reporter, subject, at, ebgp } as const;
  const { detectedAt } = evidence ?? {};
  if (detectedAt === undefined) return { kind: 'report', report };
  return {
    kind: 'report',
    report: { ...report, detectedAt: noticedAt({ at, detectedAt: Date.parse(detectedAt) }, now) },
  };
}

function reject(status: Rejection['status'], reason: string, says: string): Rejection {
  return { status, reason, says };
}

/** What a stranger sent, safe to show: bounded and escaped. */
function quoted(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 80));
}
