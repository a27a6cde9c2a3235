import { randomUUID } from 'node:crypto';
import type { Principal } from '#emulator/credentials.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { WireRequest } from '#emulator/sigv4.ts';
import type { Match } from './routes.ts';

/** Content types whose body API Gateway hands over as it is; all others come in base64. */
const TEXT = /^(text\/|application\/(json|xml|javascript)\b)/;

/**
 * The event of payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventOf(
  request: WireRequest,
  {
    match,
    principal,
    apiId,
    accountId,
    region,
    stage,
    sourceIp,
    now,
  }: {
    readonly match: Match;
    readonly principal: Principal | undefined;
    readonly apiId: string;
    readonly accountId: string;
    readonly region: string;
    readonly stage: string;
    readonly sourceIp: string;
    /** ms since the epoch. */
    readonly now: number;
  },
): Record<string, unknown> {
  const { cookie, ...headers } = request.headers;
  const isText = TEXT.test(headers['content-type'] ?? '');
  const path = decodePath(request.path);
  return {
    version: '2.0',
    routeKey: match.route.key,
    rawPath: path,
    rawQueryString: request.rawQuery,
    ...(cookie && { cookies: cookie.split('; ') }),
    headers,
    ...(request.rawQuery && { queryStringParameters: queryOf(request.rawQuery) }),
    requestContext: {
      accountId,
      apiId,
      ...(principal && { authentication: null, authorizer: { iam: iamOf(principal) } }),
      domainName: `${apiId}.execute-api.${region}.${partitionOf(region).suffix}`,
      domainPrefix: apiId,
      http: { method: request.method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: randomUUID(),
      routeKey: match.route.key,
      stage,
      time: accessLogTime(now),
      timeEpoch: now,
    },
    ...(match.pathParameters && { pathParameters: match.pathParameters }),
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

function iamOf({ key, caller, userId }: Principal): Record<string, unknown> {
  return {
    accessKey: key.accessKeyId,
    accountId: caller.accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: caller.arn,
    userId,
  };
}

/** Values of a repeated name are joined with commas. */
function queryOf(rawQuery: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery))
    values[name] = name in values ? `${values[name]},${value}` : value;
  return values;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** `23/Nov/2026:03:45:00 +0000` */
function accessLogTime(now: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(now).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
