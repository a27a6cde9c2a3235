import type { InstallResult } from '#contracts/install-result.ts';
import { type CommandError, saysAndHint } from '../output/command-error.ts';
import { FaultError } from '../transport/fault-error.ts';

/** An installation of which only the end is not known. */
export type InstallEnd = Omit<InstallResult, 'outcome'> & {
  readonly outcome: 'failed' | 'unknown' | 'interrupted';
};

/** What is known of a site if the request for its next router got no answer. @param last the answer before */
export function withoutAnswer(error: CommandError, last: InstallResult): InstallEnd {
  const router = last.remaining[0] ?? '';
  const { says, hint = '' } = saysAndHint(error.message);
  const why = says.startsWith(`${last.site}: `) ? says.slice(last.site.length + 2) : says;
  if (isNotBegun(error)) {
    const advice = hint === '' ? '' : ` ${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`;
    const what = `The installation on ${router} was not begun: ${why}.${advice}`;
    return { ...last, outcome: 'failed', reason: 'not-begun', says: what, router };
  }
  const what = `It is not known how the installation on ${router} ended: ${why}. It has either its old or its new programs; run router install again.`;
  return { ...withUnknown(router, last), outcome: 'unknown', reason: 'not-answered', says: what };
}

/** The same after Ctrl-C, which ends the wait and not the installation. */
export function abandoned(last: InstallResult): InstallEnd {
  const router = last.remaining[0] ?? '';
  const says = `Interrupted. The installation on ${router} continues, and it was not waited for; run router install again.`;
  return { ...withUnknown(router, last), outcome: 'interrupted', reason: 'interrupted', says };
}

/** AWS has refused the request, or it did not leave this computer. */
function isNotBegun(error: CommandError): boolean {
  return error instanceof FaultError && NOT_BEGUN.has(error.fault);
}

const NOT_BEGUN: ReadonlySet<FaultError['fault']> = new Set([
  'not-deployed',
  'denied',
  'credentials',
  'throttled',
  'unreachable',
]);

function withUnknown(router: string, last: InstallResult): InstallResult & { readonly router: string } {
  const routers = last.routers.map(({ installed, ...others }) =>
    others.name === router || installed === undefined ? others : { ...others, installed },
  );
  return { ...last, router, routers };
}
