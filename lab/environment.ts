import type { LabPlan } from './plan.ts';
import { type CloudState, topologyOf } from './state.ts';

/** Shell lines with which the CLI, and any AWS SDK or CLI, uses the lab's AWS and topology. */
export function exportsOf(
  { directory, topology }: Pick<LabPlan, 'directory' | 'topology'>,
  { endpoint, keys }: Pick<CloudState, 'endpoint' | 'keys'>,
): string {
  const region = topology.sites[0]?.region;
  return `  unset AWS_PROFILE AWS_SESSION_TOKEN
  export AWS_ENDPOINT_URL=${endpoint}
  export AWS_ACCESS_KEY_ID=${keys.accessKeyId} AWS_SECRET_ACCESS_KEY=${keys.secretAccessKey}
  export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  export VYOS_FAILOVER_TOPOLOGY=${topologyOf(directory)}
`;
}
