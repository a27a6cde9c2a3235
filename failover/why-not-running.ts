import type { RouterFacts } from './observation.ts';

/**
 * Why no command is sent to a router, as a clause; undefined: its instance runs, or EC2 did not say. Systems Manager accepts a command for
 * a stopped instance, and nothing answers it
 * (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html, InvalidInstanceId).
 */
export function whyNotRunning(facts: Pick<RouterFacts, 'instance'> | undefined): string | undefined {
  if (facts === undefined || facts.instance === 'running' || facts.instance === 'unknown') return undefined;
  return `its instance is ${facts.instance}`;
}
