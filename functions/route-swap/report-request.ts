import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import { countEbgp, parseBgpSummary } from '#failover/bgp-summary.ts';
import { type ManagedSite, routerNamed, routersOf } from '#failover/site.ts';
import type { ReportTrigger } from '#failover/trigger.ts';
import * as z from '#functions/validation.ts';

/** A request that is not acted on, and why, for its sender. */
export interface Rejection {
  readonly status: 400 | 403 | 413;
  readonly reason: string;
  readonly says: string;
}

const MAX_BODY_BYTES = 64 * 1024;

/** Serf's own event names are taken as they are; the others are ours, for any detector. */
const EVENTS = {
  'member-failed': 'failed',
  'member-leave': 'left',
  'peer-failed': 'failed',
  'peer-left': 'left',
} as const;

const name = z.string().check(z.minLength(1), z.maxLength(63));

const Report = z.object({
  id: z.string().check(z.regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -')),
  detector: z.enum(['serf', 'bfd', 'vrrp']),
  event: z.enum(['member-failed', 'member-leave', 'peer-failed', 'peer-left']),
  reporter: name,
  subject: name,
  at: z.iso.datetime({ offset: true }),
  evidence: z.optional(z.looseObject({ bgp: z.optional(z.unknown()), serf: z.optional(z.unknown()) })),
});

/**
 * Turns `POST /v1/sites/{site}/events` into a trigger, or says what is wrong with it: everything that is, at once.
 * API Gateway has verified the signature; who signed is in the authorizer's context. A router may only speak for
 * itself, and only ask for traffic to come to itself.
 */
export function readReport(
  event: APIGatewayProxyEventV2WithIAMAuthorizer,
  site: ManagedSite,
): ReportTrigger | Rejection {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > MAX_BODY_BYTES) {
    return reject(413, 'body-too-large', `The body has ${body.length} bytes; a report may have ${MAX_BODY_BYTES}.`);
  }
  const parsed = parse(body.toString('utf8'));
  if ('status' in parsed) return parsed;
  return (
    wrongSite(event, site) ?? wrongRouters(parsed, site) ?? wrongCaller(event, parsed, site) ?? toTrigger(parsed, site)
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

function wrongSite(event: APIGatewayProxyEventV2WithIAMAuthorizer, site: ManagedSite): Rejection | undefined {
  const asked = event.pathParameters?.site;
  if (asked === site.name) return undefined;
  return reject(400, 'unknown-site', `This endpoint serves site ${site.name} only, not ${quoted(asked)}.`);
}

function wrongRouters({ reporter, subject }: Report, site: ManagedSite): Rejection | undefined {
  const names = routersOf(site).map((router) => router.name);
  const unknown = [reporter, subject].filter((router) => !names.includes(router));
  if (unknown.length > 0) {
    return reject(
      400,
      'unknown-router',
      `${unknown.map(quoted).join(' and ')}: site ${site.name} has ${names.join(' and ')}.`,
    );
  }
  if (reporter !== subject) return undefined;
  return reject(
    400,
    'about-oneself',
    `${reporter} reports itself; only the other router of the pair can say that it is gone.`,
  );
}

function wrongCaller(
  event: APIGatewayProxyEventV2WithIAMAuthorizer,
  { reporter }: Report,
  site: ManagedSite,
): Rejection | undefined {
  const arn = event.requestContext.authorizer.iam.userArn;
  // EC2 names an instance role's session after the instance: …:assumed-role/<role>/i-….
  const caller = arn.split('/').at(-1);
  const survivor = routerNamed(site, reporter);
  if (caller === survivor?.instance) return undefined;
  return reject(403, 'not-the-reporter', `${arn} may not speak for ${reporter}, which is ${survivor?.instance}.`);
}

function toTrigger(report: Report, site: ManagedSite): ReportTrigger {
  const sessions = parseBgpSummary(report.evidence?.bgp, site.asn);
  return {
    kind: 'report',
    id: report.id,
    detector: report.detector,
    event: EVENTS[report.event],
    reporter: report.reporter,
    subject: report.subject,
    at: Date.parse(report.at),
    ebgp: sessions === undefined ? undefined : countEbgp(sessions),
  };
}

function reject(status: Rejection['status'], reason: string, says: string): Rejection {
  return { status, reason, says };
}

/** What a stranger sent, safe to show: bounded and escaped. */
function quoted(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 80));
}
