import { idText, isCreatedId } from '../created-ids.ts';
import type { Edit, EditKind, Place, Value } from './edit.ts';

/** An edit as a clause, in the words of the topology file. */
export function editText<Kind extends EditKind>(edit: Edit & { readonly kind: Kind }): string {
  const text: (of: Edit & { readonly kind: Kind }) => string = TEXTS[edit.kind];
  return text(edit);
}

const TEXTS: { readonly [Kind in EditKind]: (edit: Edit & { readonly kind: Kind }) => string } = {
  'topology-renamed': ({ from, to }) => `topology ${from} is renamed to ${to}`,
  'site-added': ({ site, region }) => `site ${site} is added in ${region}`,
  'site-removed': ({ site, region }) => `site ${site} in ${region} is removed`,
  'site-renamed': ({ from, site }) => `site ${from} is renamed to ${site}`,
  'region-changed': ({ site, from, to }) => `${site}: region ${change(from, to)}`,
  'roles-swapped': ({ site, active }) => `${site}: ${active} becomes the active router`,
  'router-renamed': ({ site, from, router }) => `${site}: router ${from} is renamed to ${router}`,
  'interface-replaced': ({ router, from, to }) => `${router}: eni ${change(from, to)}`,
  'instance-replaced': ({ router, from, to }) => `${router}: instance ${change(from, to)}`,
  'creation-changed': ({ router, created }) =>
    `${router}: the deployment ${created ? 'creates it from now on' : 'does not create it any more'}`,
  'table-added': ({ site, table }) => `${site}: ${tableText(table)} is added`,
  'table-removed': ({ site, table }) => `${site}: ${tableText(table)} is removed`,
  'destination-added': ({ site, table, destination }) =>
    `${site}: destination ${destination} of ${idText(table)} is added`,
  'destination-removed': ({ site, table, destination }) =>
    `${site}: destination ${destination} of ${idText(table)} is removed`,
  'front-subnet-added': ({ site, subnet }) => `${site}: front subnet ${subnet} is added`,
  'front-subnet-removed': ({ site, subnet }) => `${site}: front subnet ${subnet} is removed`,
  'far-end-added': ({ farEnd }) => `far end ${farEnd} is added`,
  'far-end-removed': ({ farEnd }) => `far end ${farEnd} is removed`,
  'tunnel-added': ({ ends }) => `tunnel ${ends.join('--')} is added`,
  'tunnel-removed': ({ ends }) => `tunnel ${ends.join('--')} is removed`,
  reordered: ({ place, key }) => `${placeText(place)}${key} has another order`,
  'value-changed': ({ place, key, from, to }) =>
    `${placeText(place)}${keyText(key)} ${key.endsWith('Ms') ? change(timeText(from), timeText(to)) : change(from, to)}`,
};

function tableText(table: string): string {
  return isCreatedId(table) ? idText(table) : `route table ${table}`;
}

function placeText(place: Place): string {
  switch (place.of) {
    case 'topology':
      return '';
    case 'site':
      return `${place.site}: `;
    case 'router':
      return `${place.router}: `;
    case 'table':
      return `${place.site}: ${idText(place.table)}: `;
    case 'farEnd':
      return `${place.farEnd}: `;
    case 'tunnel':
      return `tunnel ${place.ends.join('--')}: `;
  }
}

/** As in the file, where `creation` is no key and times have no unit in their names. */
function keyText(key: string): string {
  return key.replace(/^creation\./, '').replace(/Ms$/, '');
}

/** `300ms`, `10s`, `5m`: as in the file. */
function timeText(ms: Value): Value {
  if (typeof ms !== 'number') return ms;
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function change(from: Value, to: Value): string {
  return `${valueText(from)} → ${valueText(to)}`;
}

/** A value as in the topology file. */
export function valueText(value: Value): string {
  if (value === null) return '(none)';
  return typeof value === 'string' ? idText(value) : JSON.stringify(value);
}
