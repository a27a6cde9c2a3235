import type { Credentials } from '#emulator/credentials.ts';
import { escapeXml, queryAnswer, queryError } from '#emulator/query-xml.ts';
import { AwsError, type Service } from '#emulator/service.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS, as far as anybody asks who they are: GetCallerIdentity. */
export function createStsService(credentials: Credentials): Service {
  return {
    signingName: 'sts',
    deniedCode: 'AccessDenied',
    throttledCode: 'Throttling',
    parse({ body, query }) {
      const input = Object.fromEntries(body.length > 0 ? new URLSearchParams(body.toString()) : query);
      if (input['Action'] !== 'GetCallerIdentity')
        throw new AwsError('InvalidAction', `${input['Action']} is not emulated.`);
      return { action: 'sts:GetCallerIdentity', resources: [{ arn: '*' }], input };
    },
    async run(_call, { caller, headers }) {
      const [, accessKeyId = ''] = /Credential=([^/]+)/.exec(headers['authorization'] ?? '') ?? [];
      const userId = credentials.find(accessKeyId)?.userId ?? '';
      const result = `<Arn>${escapeXml(caller.arn)}</Arn><UserId>${escapeXml(userId)}</UserId><Account>${caller.accountId}</Account>`;
      return queryAnswer('GetCallerIdentity', NAMESPACE, result);
    },
    renderError: (error) => queryError(error, NAMESPACE),
  };
}
