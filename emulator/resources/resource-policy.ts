import type { Cloud } from '#emulator/cloud.ts';
import type { PolicyDocument } from '#emulator/managed-policies.ts';
import type { Resource } from '#emulator/template.ts';
import { nameless, type ResourceType } from './family.ts';

/** A policy, and the topics or queues that get it. */
interface ResourcePolicy {
  readonly policy: PolicyDocument;
  readonly targets: readonly string[];
}

/**
 * A resource that is nothing but the policy of other resources.
 *
 * @param set undefined: removes the policy of a target
 */
export function resourcePolicy(
  read: (resource: Resource) => ResourcePolicy,
  set: (cloud: Cloud, target: string, policy: PolicyDocument | undefined) => void,
): ResourceType {
  const put = (resource: Resource, cloud: Cloud) => {
    const { policy, targets } = read(resource);
    for (const target of targets) set(cloud, target, policy);
  };
  const remove = (resource: Resource, cloud: Cloud) => {
    for (const target of read(resource).targets) set(cloud, target, undefined);
  };
  return {
    identify: nameless,
    create: put,
    update(resource, previous, cloud) {
      remove(previous, cloud);
      put(resource, cloud);
    },
    delete: remove,
  };
}
