import { printable } from '../output/printable.ts';

/** There are no credentials, or they have expired or are invalid. @param message of the SDK or of AWS */
export function noCredentials(message: string): string {
  return `no valid AWS credentials: ${printable(message)}`;
}

/** What to do about it. */
export const LOG_IN = 'log in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
