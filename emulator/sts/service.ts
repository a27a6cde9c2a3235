import { z } from 'zod';
import type { Credentials, SessionKey } from '#emulator/credentials.ts';
import type { Iam } from '#emulator/iam.ts';
import { escapeXml, queryAnswer, queryError } from '#emulator/query-xml.ts';
import { document } from '#emulator/resources/iam.ts';
import { AwsError, type HttpResponse, type Service, type SignedRequest } from '#emulator/service.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const ACTIONS = ['GetCallerIdentity', 'AssumeRole', 'GetFederationToken'];
const LIFETIME_MS = 3_600_000;

/** Session names and names of federated users are chosen by the caller, as in AWS; `i-…` is a valid one. */
const sessionName = z.string().regex(/^[\w+=,.@-]{2,64}$/);
const assumeRole = z.object({ RoleArn: z.string(), RoleSessionName: sessionName });
const federation = z.object({
  Name: sessionName,
  Policy: z.string().transform((text) => document.parse(JSON.parse(text))),
});

/** STS: the identity of a caller, sessions of roles, and federated users. */
export function createStsService(credentials: Credentials, iam: Iam, now: () => number): Service {
  const answer = (action: string, key: SessionKey, who: string): HttpResponse =>
    queryAnswer(action, NAMESPACE, `${credentialsXml(key, now() + LIFETIME_MS)}${who}`);
  const acts: Readonly<
    Record<string, (input: unknown, request: SignedRequest) => HttpResponse | Promise<HttpResponse>>
  > = {
    GetCallerIdentity: (_, { caller, headers }) => {
      const [, accessKeyId = ''] = /Credential=([^/]+)/.exec(headers['authorization'] ?? '') ?? [];
      const userId = credentials.find(accessKeyId)?.userId ?? '';
      const result = `<Arn>${escapeXml(caller.arn)}</Arn><UserId>${escapeXml(userId)}</UserId><Account>${caller.accountId}</Account>`;
      return queryAnswer('GetCallerIdentity', NAMESPACE, result);
    },
    AssumeRole: async (input, { caller }) => {
      const { RoleArn, RoleSessionName } = valid(assumeRole, input);
      const refusal = await iam.assumeRefusal(caller, RoleArn);
      if (refusal !== undefined) throw new AwsError('AccessDenied', refusal, 403);
      const key = credentials.forRole(RoleArn, RoleSessionName);
      const arn = credentials.find(key.accessKeyId)?.caller.arn ?? '';
      return answer('AssumeRole', key, `<AssumedRoleUser><Arn>${escapeXml(arn)}</Arn></AssumedRoleUser>`);
    },
    GetFederationToken: (input, { caller }) => {
      const { Name, Policy } = valid(federation, input);
      if (!caller.isAdmin)
        throw new AwsError('AccessDenied', 'Cannot call GetFederationToken with session credentials', 403);
      const key = credentials.forFederatedUser(Name, Policy);
      const arn = credentials.find(key.accessKeyId)?.caller.arn ?? '';
      return answer('GetFederationToken', key, `<FederatedUser><Arn>${escapeXml(arn)}</Arn></FederatedUser>`);
    },
  };
  return {
    signingName: 'sts',
    deniedCode: 'AccessDenied',
    throttledCode: 'Throttling',
    parse({ body, query }) {
      const input = Object.fromEntries(body.length > 0 ? new URLSearchParams(body.toString()) : query);
      const { Action = '' } = input;
      if (!ACTIONS.includes(Action)) throw new AwsError('InvalidAction', `${Action} is not emulated.`);
      // A role's trust policy decides with the caller's own policies: `AssumeRole` asks IAM itself.
      const resources = Action === 'AssumeRole' ? [] : [{ arn: '*' }];
      return { action: `sts:${Action}`, resources, input };
    },
    async run({ action, input }, request) {
      const act = acts[action.slice('sts:'.length)];
      if (act === undefined) throw new AwsError('InvalidAction', `${action} is not emulated.`);
      return act(input, request);
    },
    renderError: (error) => queryError(error, NAMESPACE),
  };
}

function valid<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new AwsError('ValidationError', z.prettifyError(result.error));
}

function credentialsXml({ accessKeyId, secretAccessKey, sessionToken }: SessionKey, expires: number): string {
  const parts = {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expires).toISOString(),
  };
  const inner = Object.entries(parts).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  return `<Credentials>${inner.join('')}</Credentials>`;
}
