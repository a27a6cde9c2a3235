import type { CommandRequest } from '#aws/run-command.ts';
import type { ManagedRouter } from '#failover/site.ts';

/**
 * The probe's document on a router: it prints the counts of the router's BGP sessions as JSON, and takes the neighbors to
 * count (infra/probe-document.ts).
 */
export function probeCommand(
  { instance, bgp }: ManagedRouter,
  { document, deadlineMs }: Pick<CommandRequest, 'document' | 'deadlineMs'>,
): CommandRequest {
  return {
    document,
    instance,
    parameters: { Tunnels: bgp.tunnels.join(' '), Pair: bgp.pair.join(' ') },
    deadlineMs,
  };
}
