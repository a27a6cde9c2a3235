import { isDeepStrictEqual } from 'node:util';
import type { Cloud } from '#emulator/cloud.ts';
import type { Ids } from '#emulator/random.ts';
import type { Identity, Resource } from '#emulator/template.ts';

/** Resource types that belong together: what they are called, and how they are made, changed and deleted. */
export interface ResourceFamily {
  readonly types: Readonly<Record<string, ResourceType>>;
}

/**
 * What CloudFormation does with a resource. All functions may be asynchronous, and what one throws is the reason of the
 * resource's failure; the stack then rolls back. The resources that the properties refer to exist.
 */
export interface ResourceType {
  /** What `Ref` and `GetAtt` give, for types whose names are known before creation. Needs no resource to exist. */
  readonly identify?: (resource: Resource, ids: Ids) => Identity;
  /** Makes it. Returns its identity if only the creation tells it (`i-…`). Omitted: a resource that does nothing here. */
  readonly create?: (resource: Resource, cloud: Cloud) => Created | Promise<Created>;
  /**
   * Makes `previous` what `resource` describes. Called when a property has changed, also to roll back to earlier values.
   * Returns `replace`, with nothing done, for changes whose documentation says "Update requires: Replacement": then
   * `resource` is created before `previous` is deleted. Returns the identity if attributes have changed; the physical id
   * stays. Omitted: every change is a replacement.
   */
  readonly update?: (resource: Resource, previous: Resource, cloud: Cloud) => Updated | Promise<Updated>;
  /**
   * Deletes it. A resource that is gone already is no failure. Throws what prevents the deletion, e.g. a
   * `DependencyViolation`. Omitted: nothing of it remains.
   */
  readonly delete?: (resource: Resource, cloud: Cloud) => void | Promise<void>;
}

/** Thrown by `create`: the resource exists, but not as it should be. CloudFormation then deletes it when it rolls back. */
export class CreationFailed extends Error {
  override readonly name = 'CreationFailed';
  readonly identity: Identity;

  constructor(identity: Identity, message: string, options?: ErrorOptions) {
    super(message, options);
    this.identity = identity;
  }
}

export type Created = Identity | undefined | void;
type Updated = Identity | 'replace' | undefined | void;

/** Whether a property, or one of several, differs between the two. */
export function changed(resource: Resource, previous: Resource, ...properties: readonly string[]): boolean {
  return properties.some((name) => !isDeepStrictEqual(resource.properties[name], previous.properties[name]));
}

/** The physical id is a generated name, and there are no attributes. */
export const nameless = (resource: Resource): Identity => ({ ref: resource.generatedName(), attributes: {} });
