import { z } from 'zod';
import { partitionOf } from '#emulator/partition.ts';
import type { StackArtifact } from './assembly.ts';
import type { Ids } from './random.ts';

/** What `Ref` and `Fn::GetAtt` give for a resource. `ref` is its physical id as well. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}

/** A resource of a stack as one deployment describes it, its properties resolved. */
export interface Resource {
  readonly stack: StackArtifact;
  /** ARN. */
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly accountId: string;
  readonly region: string;
  /** Throws before the resource is created if its type has no `identify`. */
  readonly identity: Identity;
  /** Resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The properties, read by `schema`. Throws with stack, logical id and the property that is wrong. */
  read<T extends z.ZodType>(schema: T): z.infer<T>;
  /** One property if it is a text. */
  text(property: string): string | undefined;
  /** Distinguishes it from all others, and from earlier ones of the same logical id; the same in every run. */
  readonly key: string;
  /** A name like CloudFormation's, `<stack>-<logicalId>-<12 characters>`, at most `limit` (default 64) long. */
  generatedName(limit?: number): string;
  /** `arn:<partition>:<service>:<region>:<account>:<rest>` */
  arn(service: string, rest: string): string;
}

/** What a resource is made of. */
export interface ResourceParts
  extends Pick<Resource, 'stack' | 'stackId' | 'logicalId' | 'type' | 'accountId' | 'properties'> {
  readonly ids: Ids;
  /** Distinguishes the names that are generated for the resources of one logical id, one after the other. First: ''. */
  readonly generation: string;
  /** Of types whose names are known before creation. */
  readonly identify: ((resource: Resource, ids: Ids) => Identity) | undefined;
}

/** A resource whose identity may be set after its creation, and when its attributes change. */
export interface LiveResource extends Resource {
  readonly generation: string;
  /** Its physical id is known before its creation. */
  readonly hasKnownName: boolean;
  becomes(identity: Identity): void;
}

export function createResource({ ids, generation, identify, ...parts }: ResourceParts): LiveResource {
  const { stack, logicalId, type, accountId, properties } = parts;
  const { region } = stack;
  const where = `${stack.name}/${logicalId}`;
  const key = `${where}${generation}`;
  let known: Identity | undefined;
  const resource: LiveResource = {
    ...parts,
    region,
    generation,
    hasKnownName: identify !== undefined,
    key,
    get identity() {
      known ??= identify?.(resource, ids);
      if (known === undefined) throw new Error(`${where}: the id of ${type} is known only after its creation.`);
      return known;
    },
    becomes(identity) {
      known = identity;
    },
    read(schema) {
      const parsed = schema.safeParse(properties);
      if (parsed.success) return parsed.data;
      throw new Error(`${where} (${type}): properties that cannot be emulated.\n${z.prettifyError(parsed.error)}`);
    },
    text(property) {
      const value = properties[property];
      return typeof value === 'string' ? value : undefined;
    },
    generatedName: (limit = 64) => {
      const tail = ids.base32(key, 12);
      return `${`${stack.name}-${logicalId}`.slice(0, limit - 13)}-${tail}`;
    },
    arn: (service, rest) => `arn:${partitionOf(region).name}:${service}:${region}:${accountId}:${rest}`,
  };
  return resource;
}
