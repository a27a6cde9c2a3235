/** The differences between two topologies, in the words of the topology file. */

/** What a value belongs to. */
export type Place =
  | { readonly of: 'topology' }
  | { readonly of: 'site'; readonly site: string }
  | { readonly of: 'router'; readonly site: string; readonly router: string }
  | { readonly of: 'table'; readonly site: string; readonly table: string }
  | { readonly of: 'farEnd'; readonly farEnd: string }
  | { readonly of: 'tunnel'; readonly ends: Ends };

/** The names of a tunnel's ends, as after the edit. */
export type Ends = readonly [string, string];

/** Names are those after the edit, except in `from` and in what is removed. */
export type Edit =
  | { readonly kind: 'topology-renamed'; readonly from: string; readonly to: string }
  | { readonly kind: 'site-added' | 'site-removed'; readonly site: string; readonly region: string }
  /** The same VPC, tables or interfaces under another name. */
  | { readonly kind: 'site-renamed'; readonly site: string; readonly from: string }
  | { readonly kind: 'region-changed'; readonly site: string; readonly from: string; readonly to: string }
  | { readonly kind: 'roles-swapped'; readonly site: string; readonly active: string }
  /** The same interface or instance under another name. */
  | { readonly kind: 'router-renamed'; readonly site: string; readonly router: string; readonly from: string }
  /** Another interface; `from`, `to`: `eni-…`. */
  | ({ readonly kind: 'interface-replaced'; readonly site: string; readonly router: string } & Change<string>)
  /** Another instance; `from`, `to`: `i-…`. */
  | ({ readonly kind: 'instance-replaced'; readonly site: string; readonly router: string } & Change<string | null>)
  /** A router that exists becomes one that the deployment creates, or the other way round. */
  | { readonly kind: 'creation-changed'; readonly site: string; readonly router: string; readonly created: boolean }
  | { readonly kind: 'table-added' | 'table-removed'; readonly site: string; readonly table: string }
  | {
      readonly kind: 'destination-added' | 'destination-removed';
      readonly site: string;
      readonly table: string;
      readonly destination: string;
    }
  | {
      readonly kind: 'front-subnet-added' | 'front-subnet-removed';
      readonly site: string;
      readonly subnet: string;
    }
  | { readonly kind: 'far-end-added' | 'far-end-removed'; readonly farEnd: string }
  | { readonly kind: 'tunnel-added' | 'tunnel-removed'; readonly ends: Ends }
  /** The same members in another order. `key`: of the list. */
  | { readonly kind: 'reordered'; readonly place: Place; readonly key: string }
  /** Any other value. `key`: with dots, such as `policy.mode`; null: without a value. */
  | ({ readonly kind: 'value-changed'; readonly place: Place; readonly key: string } & Change<Value>);

export type EditKind = Edit['kind'];

/** A JSON value. */
export type Value = null | string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

interface Change<T> {
  readonly from: T;
  readonly to: T;
}

/** The site that an edit belongs to; undefined: the whole topology. */
export function siteOfEdit(edit: Edit): string | undefined {
  if ('site' in edit) return edit.site;
  return 'place' in edit && 'site' in edit.place ? edit.place.site : undefined;
}
