/**
 * The alias of route-swap for viewers: invoked by it, the function accepts only requests that change nothing. IAM distinguishes an alias
 * from its function, and cannot distinguish payloads.
 */
export const VIEW_ALIAS = 'view';

/**
 * Whether the function was invoked by the alias, which is the last part of a qualified ARN (`context.invokedFunctionArn`:
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html).
 */
export function isViewAlias(invokedFunctionArn: string): boolean {
  return invokedFunctionArn.split(':')[7] === VIEW_ALIAS;
}
