/**
 * What the deployment creates has no id yet when the topology is loaded: a placeholder stands for it, such as
 * `{{eni:tokyo-1}}`. Stacks replace it by a reference, functions and the command line by the deployed id.
 */

import type { Router, Topology } from './topology.ts';

/** `vpc` and `routeTable` are named by the site, `eni` and `address` (an Elastic IP) by the router. */
type CreatedKind = 'vpc' | 'routeTable' | 'eni' | 'address';

const placeholder = /^\{\{(vpc|routeTable|eni|address):([a-z0-9-]+)\}\}$/;

/** `createdId('eni', 'tokyo-1')`: `{{eni:tokyo-1}}` */
export function createdId(kind: CreatedKind, name: string): string {
  return `{{${kind}:${name}}}`;
}

/** Whether a text is a placeholder. */
export function isCreatedId(text: string): boolean {
  return placeholder.test(text);
}

/** `eni:tokyo-1` of `{{eni:tokyo-1}}`; undefined for any other text. */
export function createdKey(text: string): string | undefined {
  return isCreatedId(text) ? text.slice(2, -2) : undefined;
}

const NOUNS: Readonly<Record<string, string>> = {
  vpc: 'the created VPC',
  routeTable: 'the created route table',
  eni: 'the created interface',
  address: 'the created Elastic IP',
} satisfies Record<CreatedKind, string>;

/** An id for a reader; instead of a placeholder what it stands for. */
export function idText(id: string): string {
  return NOUNS[placeholder.exec(id)?.[1] ?? ''] ?? id;
}

/**
 * A copy of a JSON value with its placeholders replaced.
 *
 * @param idOf the id of a key such as `eni:tokyo-1`; undefined: the placeholder stays
 */
export function fillCreatedIds<T>(value: T, idOf: (key: string) => string | undefined): T {
  return filled(value, idOf) as T;
}

function filled(value: unknown, idOf: (key: string) => string | undefined): unknown {
  if (typeof value === 'string') return idOf(createdKey(value) ?? '') ?? value;
  if (Array.isArray(value)) return value.map((each) => filled(each, idOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, idOf)]));
}

/** The keys of all placeholders in a JSON value, each once. */
export function createdKeysIn(value: unknown): string[] {
  const keys = new Set<string>();
  fillCreatedIds(value, (key) => {
    if (key !== '') keys.add(key);
    return undefined;
  });
  return [...keys];
}

/** The topology with the placeholder of every created router's Elastic IP, even where the file states the address. */
export function withCreatedAddresses(topology: Topology): Topology {
  const created = (router: Router): Router =>
    router.creation === undefined ? router : { ...router, publicAddress: createdId('address', router.name) };
  const sites = topology.sites.map((site) => ({
    ...site,
    routers: { active: created(site.routers.active), standby: created(site.routers.standby) },
  }));
  return { ...topology, sites };
}
