import { RequestLimitExceeded, ThrottlingException } from '@aws-sdk/client-dynamodb';
import { LimitExceededException } from '@aws-sdk/client-eventbridge';
import { EC2ThrottledException } from '@aws-sdk/client-lambda';
import { AuthorizationErrorException, ThrottledException } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { callFault, isThrottling } from '#aws/call-fault.ts';

const named = (name: string) => Object.assign(new Error('no'), { name });
const details = { message: 'no', $metadata: {} };

describe('a call that a service', () => {
  it.each([
    ['SNS', new AuthorizationErrorException(details)],
    ['SNS, by the code of its API', named('AuthorizationError')],
    ['EC2', named('UnauthorizedOperation')],
    ['CloudFormation, CloudWatch, IAM and STS', named('AccessDenied')],
    ['SSM, DynamoDB, Lambda, EventBridge and Service Quotas', named('AccessDeniedException')],
    ['any Query API', named('NotAuthorized')],
  ])('%s denies is denied', (_service, error) => {
    expect(callFault(error)).toBe('denied');
  });

  it.each([
    ['SNS', new ThrottledException(details)],
    ['SNS, by the code of its API', named('Throttled')],
    ['EC2', named('RequestLimitExceeded')],
    ['DynamoDB', new ThrottlingException(details)],
    ['DynamoDB, for the account', new RequestLimitExceeded(details)],
    ['DynamoDB, for the table', named('ProvisionedThroughputExceededException')],
    ['CloudFormation, CloudWatch, IAM and STS', named('Throttling')],
    ['SSM and EventBridge', named('ThrottlingException')],
    ['SQS', named('RequestThrottled')],
    ['Lambda and Service Quotas', named('TooManyRequestsException')],
    ['Lambda, on account of EC2', new EC2ThrottledException(details)],
  ])('%s throttles is throttled', (_service, error) => {
    expect([callFault(error), isThrottling(error)]).toEqual(['throttled', true]);
  });

  it.each(['ExpiredToken', 'ExpiredTokenException', 'MissingAuthenticationToken', 'IncompleteSignature'])(
    'answers %s lacks credentials',
    (name) => {
      expect(callFault(named(name))).toBe('credentials');
    },
  );

  it('refuses for a quota is not throttled: the same call is refused again', () => {
    const error = new LimitExceededException(details);
    expect([callFault(error), isThrottling(error)]).toEqual(['other', false]);
  });
});
