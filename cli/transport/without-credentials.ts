import { callFault } from '#aws/call-fault.ts';
import { CommandError } from '../output/command-error.ts';

/** Whether AWS was not asked at all, because there are no credentials or they are not valid: no site is examined then. */
export function isWithoutCredentials(error: unknown): boolean {
  return error instanceof CommandError && error.cause !== undefined && callFault(error.cause) === 'credentials';
}
