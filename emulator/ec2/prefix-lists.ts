import { AwsError } from '#emulator/service.ts';
import type { Read, Write } from './action.ts';
import { arnOf } from './arn.ts';
import { canonical } from './cidr.ts';
import { invalidParameter } from './errors.ts';
import { type Fields, filtered } from './filters.ts';
import { prefixListResource } from './iam.ts';
import { existing, wellFormed } from './ids.ts';
import type { PrefixList } from './model/routes.ts';
import { page } from './paging.ts';
import type { Parameters } from './parameters.ts';
import { type RegionState, replaced } from './state.ts';
import type { XmlObject } from './wire.ts';

export const describeManagedPrefixLists: Read = {
  kind: 'read',
  idList: 'PrefixListId',
  run(parameters, state) {
    const ids = parameters.texts('PrefixListId');
    const asked =
      ids.length === 0 ? [...state.prefixLists.values()] : ids.map((id) => existing('pl', id, state.prefixLists));
    const matching = filtered(asked, parameters.filters(), fieldsIn(state));
    const { items, nextToken } = page(matching, parameters, { ids, min: 1, max: 100 });
    return { prefixListSet: items.map((list) => listXml(list, state)), nextToken };
  },
};

const fieldsIn = (state: RegionState): Fields<PrefixList> => ({
  'prefix-list-id': ({ id }) => [id],
  'prefix-list-name': ({ name }) => [name],
  'owner-id': () => [state.account],
});

const listXml = (list: PrefixList, state: RegionState): XmlObject => ({
  prefixListId: list.id,
  prefixListArn: arnOf(state, 'prefix-list', list.id),
  prefixListName: list.name,
  addressFamily: list.family,
  maxEntries: list.maxEntries,
  version: list.version,
  state: 'modify-complete',
  ownerId: state.account,
  tagSet: [],
});

export const getManagedPrefixListEntries: Read = {
  kind: 'read',
  resources: (parameters, state) => [prefixListResource(state, parameters.required('PrefixListId'))],
  run(parameters, state) {
    const { entries } = existing('pl', parameters.required('PrefixListId'), state.prefixLists);
    const { items, nextToken } = page(entries, parameters, { ids: [], min: 1, max: 100 });
    return { entrySet: items.map(({ cidr, description }) => ({ cidr, description })), nextToken };
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html */
export const modifyManagedPrefixList: Write = {
  kind: 'write',
  resources: (parameters, state) => [prefixListResource(state, parameters.required('PrefixListId'))],
  precheck(parameters) {
    wellFormed('pl', parameters.required('PrefixListId'));
  },
  run(parameters, state) {
    const list = existing('pl', parameters.required('PrefixListId'), state.prefixLists);
    const added = parameters.structures('AddEntry').map((each) => entryOf(each, list));
    const removed = parameters.structures('RemoveEntry').map((each) => entryOf(each, list).cidr);
    if (added.length + removed.length > 0) checkVersion(parameters, list);
    const present = list.entries.map(({ cidr }) => cidr);
    const unknown = removed.find((cidr) => !present.includes(cidr));
    if (unknown !== undefined) throw invalidParameter(`The entry ${unknown} is not in prefix list ${list.id}.`);
    const taken = new Set([...removed, ...added.map(({ cidr }) => cidr)]);
    const entries = [...list.entries.filter(({ cidr }) => !taken.has(cidr)), ...added];
    const maxEntries = parameters.integer('MaxEntries') ?? list.maxEntries;
    if (entries.length > maxEntries) {
      throw new AwsError('PrefixListMaxEntriesExceeded', `Prefix list ${list.id} holds at most ${maxEntries} entries.`);
    }
    const changed = { ...list, entries, maxEntries, version: list.version + 1 };
    const prefixLists = replaced(state.prefixLists, list.id, changed);
    return { output: { prefixList: listXml(changed, state) }, state: { ...state, prefixLists } };
  },
};

/** The compare-and-set that prefix lists have and routes have not. */
function checkVersion(parameters: Parameters, list: PrefixList): void {
  const version = parameters.integer('CurrentVersion');
  if (version === list.version) return;
  throw new AwsError(
    'PrefixListVersionMismatch',
    `The prefix list has the incorrect version number: ${version ?? 'none'} given, ${list.version} is current.`,
  );
}

function entryOf(parameters: Parameters, list: PrefixList): { cidr: string; description: string | undefined } {
  const text = parameters.required('Cidr');
  const cidr = canonical(text);
  if (cidr === undefined || cidr.family !== list.family.toLowerCase()) {
    throw invalidParameter(`The CIDR ${text} is invalid for the address family ${list.family}.`);
  }
  return { cidr: cidr.text, description: parameters.text('Description') };
}
