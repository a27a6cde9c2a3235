import type { CallFault } from '#aws/call-fault.ts';
import type { NextCommand } from '../output/next-command.ts';
import { printable } from '../output/printable.ts';
import { throttledHint } from './explain-fault.ts';
import { LOG_IN, noCredentials } from './no-credentials.ts';

interface ApiTarget {
  readonly site: string;
  readonly region: string;
  /** What was called: the site's API, or the parameter with its URL. */
  readonly target: string;
  /** True: only operators may send it. */
  readonly isForOperators: boolean;
  /** Of the command line. */
  readonly next: NextCommand;
}

/** Why a site's API gave no answer, and what the operator can do about it. @param why the message of the API or of AWS */
export function explainApiFault(fault: CallFault, about: ApiTarget, why: string): string {
  const [says, hint] = TEXTS[fault]({ ...about, why: printable(why) });
  return `${about.site}: ${says}\n    hint: ${hint}`;
}

const BYPASS = 'in an emergency, --bypass-api invokes the function without the API';

/** Text and hint of each fault. */
const TEXTS: Readonly<Record<CallFault, (about: ApiTarget & { readonly why: string }) => readonly [string, string]>> = {
  'not-deployed': ({ target, region }) => [
    `${target} in ${region} does not have this request`,
    `deploy this version (npx cdk deploy --all -c topology=FILE), or use the version that is deployed; ${BYPASS}`,
  ],
  denied: ({ target, why, isForOperators }) => [
    `your credentials do not permit a call to ${target}: ${why}`,
    `attach the policy ${isForOperators ? 'OperatorPolicyArn' : 'ViewerPolicyArn or OperatorPolicyArn'} of the site's stack to your role (docs/security.md); ${BYPASS}`,
  ],
  credentials: ({ why }) => [noCredentials(why), LOG_IN],
  throttled: ({ target, why, site, next }) => [
    `${target} is throttled: ${why}`,
    `${throttledHint(site, next)}; ${BYPASS}`,
  ],
  unreachable: ({ target, region, why }) => [
    `${target} in ${region} cannot be reached: ${why}`,
    `check the network, AWS_ENDPOINT_URL, and the region of the site in the topology; ${BYPASS}; automatic failover does not depend on this connection`,
  ],
  'no-answer': ({ target, why, site, next }) => [
    `${target} was called and did not answer: ${why}`,
    `it may have acted; check with ${next('status', site)}`,
  ],
  'function-failed': ({ why, site, next, isForOperators }) => [
    why,
    isForOperators
      ? `check the site (${next('status', site)}) and the log groups of its functions`
      : 'the log groups of its functions say more',
  ],
  other: ({ target, why }) => [
    `${target} cannot be called: ${why}`,
    `try again; if the error persists, run the command with NODE_DEBUG=http; ${BYPASS}`,
  ],
};
