import type { Cloud } from '#emulator/cloud.ts';
import type { Ids } from '#emulator/random.ts';
import type { Identity, Resource } from '#emulator/template.ts';

/** Resource types that belong together: what they are called, and how they are made. */
export interface ResourceFamily {
  readonly types: Readonly<Record<string, ResourceType>>;
}

export interface ResourceType {
  /** What `Ref` and `GetAtt` give. Must not need the resource to exist. */
  identify(resource: Resource, ids: Ids): Identity;
  /** Makes it. Omitted: a resource that does nothing here. */
  create?(resource: Resource, cloud: Cloud): void | Promise<void>;
}

/** `Ref` is the logical id, and there are no attributes. */
export const nameless: ResourceType['identify'] = (resource) => ({ ref: resource.logicalId, attributes: {} });
