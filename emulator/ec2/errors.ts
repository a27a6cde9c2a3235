/** EC2's error codes. List: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
import { AwsError } from '#emulator/service.ts';

export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${lowerFirst(name)}`);

export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

export const invalidCombination = (message: string): AwsError => new AwsError('InvalidParameterCombination', message);

export const unknownAction = (action: string): AwsError =>
  new AwsError('InvalidAction', `The action ${action} is not valid for this web service.`);

export const requestLimitExceeded = (): AwsError =>
  new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);

/** What a dry run that would be allowed ends with: an error, on purpose. */
export const dryRunOperation = (): AwsError =>
  new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);

export const routeNotDefined = (destination: string): AwsError =>
  // The code is not InvalidRoute.NotFound: seen on AWS in https://github.com/getmoto/moto/issues/6425
  invalidParameter(`There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`);

export const incorrectInstanceState = (id: string, done: 'started' | 'stopped' | 'rebooted'): AwsError =>
  new AwsError('IncorrectInstanceState', `The instance '${id}' is not in a state from which it can be ${done}.`);

/** `RouteTableId` as messages spell it: `routeTableId`. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** For a resource that another one refers to. */
export const dependencyViolation = (noun: string, id: string): AwsError =>
  new AwsError('DependencyViolation', `The ${noun} '${id}' has dependencies and cannot be deleted.`);
