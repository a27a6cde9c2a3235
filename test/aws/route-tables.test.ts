import type { EC2Client } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { replaceRoute } from '#aws/route-tables.ts';

/** EC2, which answers everything with one error. */
const answering = (name: string) =>
  ({ send: () => Promise.reject(Object.assign(new Error('No.'), { name })) }) as unknown as EC2Client;

const kindOf = async (code: string) => {
  const outcome = await replaceRoute(answering(code), { table: 'rtb-1', destination: '10.2.0.0/20' }, 'eni-1');
  return outcome === 'replaced' ? outcome : outcome.kind;
};

it.each([
  'UnauthorizedOperation',
  'AuthFailure',
  'OptInRequired',
  'OperationNotPermitted',
  'Unsupported',
  'UnsupportedOperation',
  'InvalidParameterValue',
  'InvalidNetworkInterfaceID.NotFound',
])('%s is not asked again by the same run: it would only drain the bucket of the account', async (code) => {
  expect(await kindOf(code)).toBe('final');
});

it.each(['InternalError', 'Unavailable', 'RequestExpired', 'TimeoutError'])(
  '%s passes, and is asked again',
  async (code) => {
    expect(await kindOf(code)).toBe('passing');
  },
);

it('RequestLimitExceeded is asked again when its turn comes', async () => {
  expect(await kindOf('RequestLimitExceeded')).toBe('throttled');
});
