import type { CommandRequest } from '#aws/run-command.ts';
import type { ManagedRouter } from '#failover/site.ts';

/**
 * The probe's document on a router: it prints the counts of the router's BGP sessions as JSON, and takes the neighbors to
 * count (infra/probe-document.ts).
 */
export function probeCommand(
  { bgp }: ManagedRouter,
  on: Pick<CommandRequest, 'document' | 'instance' | 'deadlineMs'>,
): CommandRequest {
  return { ...on, parameters: { Tunnels: bgp.tunnels.join(' '), Pair: bgp.pair.join(' ') } };
}
