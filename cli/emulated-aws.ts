import type { Io } from './io.ts';

/** Whether AWS is on this machine: `emulate`, the demo or a lab. */
export function isEmulatedAws({ env }: Pick<Io, 'env'>): boolean {
  return /^https?:\/\/(127\.|localhost[:/])/.test(env['AWS_ENDPOINT_URL'] ?? '');
}

const NO_VYOS =
  'note: AWS_ENDPOINT_URL is an emulated AWS. In emulate and demo the routers of existing sites run no VyOS; those of created sites do ' +
  '(docs/created-sites.md), and those of the lab (docs/lab.md)\n';

/**
 * Says on stderr why a router has no configuration and no programs there.
 *
 * @param reason why the router could not be examined, as config-push names it
 */
export function noteOnEmulatedRouters(reasons: readonly (string | undefined)[], io: Pick<Io, 'env' | 'stderr'>): void {
  if (isEmulatedAws(io) && reasons.includes('silent')) io.stderr.write(NO_VYOS);
}
