import type { Draft, DraftSite } from '../draft.ts';
import { nameFault } from '../fields.ts';
import type { Fault } from '../mistakes.ts';

/** The longest name that a site's stack makes of the two, as `infra/names.ts` does (a test compares them). */
const longestName = (topology: string, site: string) => `vyos-failover-${topology}--${site}--health-probe`;

/** Lambda's limit for a function's name. */
const longestFunctionName = 64;

/** What is left for the names of topology and site together. */
const room = longestFunctionName - longestName('', '').length;

/** The names of a topology and its sites become those of functions, and fit into them. */
export function checkNameLengths({ name, sites = [] }: Draft): Fault[] {
  if (name === undefined) return [];
  const topology = name.value.length;
  // Then no site's name is short enough, and that is no mistake of theirs.
  if (topology >= room) return [topologyTooLong];
  return sites
    .filter(({ name: { value } }) => nameFault('site', value) === undefined && topology + value.length > room)
    .map((site) => siteTooLong(site, topology + site.name.value.length));
}

const because = `AWS takes ${longestFunctionName} characters for ${longestName('TOPOLOGY', 'SITE')}`;

const topologyTooLong: Fault = {
  kind: 'wrong-value',
  path: ['name'],
  fault: `this name leaves no room for the name of a site: the two have ${room} characters together`,
  hint: `take ${room / 2} for it, and there are as many for a site: ${because}`,
};

function siteTooLong({ name }: DraftSite, together: number): Fault {
  return {
    kind: 'wrong-value',
    path: name.path,
    at: 'key',
    fault: `the names of the topology and of this site have ${together} characters together; there is room for ${room}`,
    hint: `take ${together - room} off the one or the other: ${because}`,
  };
}
