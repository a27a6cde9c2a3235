import type { Tags } from './tags.ts';

type RouteOrigin = 'CreateRouteTable' | 'CreateRoute' | 'EnableVgwRoutePropagation' | 'Advertisement';

export interface Route {
  /** Canonical CIDR, or `pl-…`. */
  readonly destination: string;
  /** `local`, or the target's id, whose prefix states the kind. */
  readonly target: string;
  readonly origin: RouteOrigin;
}

export interface Association {
  readonly id: string;
  readonly main: boolean;
  readonly subnet: string | undefined;
  readonly gateway: string | undefined;
}

export interface RouteTable {
  readonly id: string;
  readonly vpc: string;
  readonly tags: Tags;
  readonly associations: readonly Association[];
  readonly routes: readonly Route[];
}

export interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly maxEntries: number;
  readonly family: 'IPv4' | 'IPv6';
  readonly entries: readonly { readonly cidr: string; readonly description: string | undefined }[];
}
