import type { SignedRequest } from '#emulator/service.ts';
import type { Functions } from './functions.ts';

/** Of an account with Lambda's default quota. */
const CONCURRENT_EXECUTIONS = 1_000;

export function isAccountSettings({ method, path }: SignedRequest): boolean {
  return method === 'GET' && /^\/2016-08-19\/account-settings\/?$/.test(path);
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
export function accountSettings(functions: Functions, region: string): object {
  const here = functions.all.filter(({ settings }) => settings.arn.split(':')[3] === region);
  const reserved = here.reduce((sum, { settings }) => sum + (settings.reservedConcurrency ?? 0), 0);
  const AccountLimit = {
    ConcurrentExecutions: CONCURRENT_EXECUTIONS,
    UnreservedConcurrentExecutions: CONCURRENT_EXECUTIONS - reserved,
  };
  return { AccountLimit, AccountUsage: { FunctionCount: here.length } };
}
