import { afterEach, expect, it, vi } from 'vitest';
import { subscriptionsOf } from '#aws/subscriptions.ts';
import { region } from '../account.fixture.ts';
import { run } from './assembly.fixture.ts';

afterEach(() => void vi.unstubAllEnvs());

it('a subscription is pending until it is confirmed, and ended when the link in a message was followed', async () => {
  const emulator = await run({
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'people' } },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'ann@example.org' },
    },
  });
  const { accessKeyId, secretAccessKey } = emulator.credentials.forUser();
  vi.stubEnv('AWS_ENDPOINT_URL', emulator.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  const states = async () =>
    (await subscriptionsOf(region, `arn:aws:sns:${region}:123456789012:people`)).map(({ state }) => state);

  expect(await states()).toEqual(['pending']);
  emulator.confirmSubscriptions('ann@example.org');
  expect(await states()).toEqual(['confirmed']);
  emulator.endSubscriptions('ann@example.org');
  expect(await states()).toEqual(['ended']);
});
