import { type CallFault, callFault } from '#aws/call-fault.ts';
import type { Site } from '#topology/topology.ts';
import type { NextCommand } from '../output/next-command.ts';
import { printable } from '../output/printable.ts';
import { LOG_IN, noCredentials } from './no-credentials.ts';
import { retryHint } from './retry-hint.ts';

/** Why a site's function gave no answer, and what the operator can do about it. */
export function explainFault(error: Error, { name: site, region }: Site, fn: string, next: NextCommand): string {
  const fault = callFault(error);
  const message = printable(error.message);
  const [says, hint] = TEXTS[fault]({
    fn,
    region,
    site,
    next,
    retry: retryHint(error),
    message: fault === 'other' ? `${error.name}: ${message}` : message,
  });
  return `${site}: ${says}\n    hint: ${hint}`;
}

/** What to do where AWS throttles a call to a site. */
export function throttledHint(site: string, next: NextCommand): string {
  return `try again in a minute; ${next('doctor', site)} names what AWS has throttled`;
}

interface Facts {
  readonly fn: string;
  readonly region: string;
  readonly site: string;
  readonly next: NextCommand;
  /** What to do where nothing else is known. */
  readonly retry: string;
  /** AWS's own message. */
  readonly message: string;
}

/** Text and hint of each fault. */
const TEXTS: Readonly<Record<CallFault, (facts: Facts) => readonly [string, string]>> = {
  'not-deployed': ({ fn, region }) => [
    `there is no function ${fn} in ${region}`,
    'deploy it (npx cdk deploy --all -c topology=FILE), or use credentials of the account in which it is deployed',
  ],
  denied: ({ fn, region, message }) => [
    `your credentials do not permit invoking ${fn} in ${region}: ${message}`,
    'grant lambda:InvokeFunction on this function',
  ],
  credentials: ({ message }) => [noCredentials(message), LOG_IN],
  throttled: ({ fn, message, site, next }) => [
    `Lambda throttled the invocation of ${fn}: ${message}`,
    throttledHint(site, next),
  ],
  unreachable: ({ region, message }) => [
    `Lambda in ${region} cannot be reached: ${message}`,
    'check the network, AWS_ENDPOINT_URL, and the region of the site in the topology; automatic failover does not depend on this connection',
  ],
  'no-answer': ({ fn, message, site, next }) => [
    `${fn} was invoked and did not answer: ${message}`,
    `it may have acted; check with ${next('status', site)}`,
  ],
  'function-failed': ({ message, site, fn, next }) => [
    message,
    `check the site (${next('status', site)}) and the log group /aws/lambda/${fn}`,
  ],
  other: ({ fn, message, retry }) => [
    `${fn} cannot be invoked: ${message}`,
    `${retry}; if the error persists, run the command with NODE_DEBUG=http`,
  ],
};
