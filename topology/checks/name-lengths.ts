import type { Draft, DraftSite } from '../draft.ts';
import { nameFault } from '../fields.ts';
import type { Fault } from '../mistakes.ts';

/** The longest name that a site's stack makes of the two, as `infra/names.ts` does (a test compares them). */
const longestName = (topology: string, site: string) => `vyos-failover-${topology}--${site}--health-probe`;

/** Lambda's limit for a function's name. */
const longestFunctionName = 64;

/** What is left for the names of topology and site together. */
const room = longestFunctionName - longestName('', '').length;

/** The names of the topology and its sites fit into the names of the functions. */
export function checkNameLengths({ name, sites = [] }: Draft): Fault[] {
  if (name === undefined) return [];
  const topology = name.value.length;
  // No site's name would be short enough, so only the topology's name is reported.
  if (topology >= room) return [topologyTooLong];
  return sites
    .filter(({ name: { value } }) => nameFault('site', value) === undefined && topology + value.length > room)
    .map((site) => siteTooLong(site, topology + site.name.value.length));
}

const because = `the AWS limit is ${longestFunctionName} characters for ${longestName('TOPOLOGY', 'SITE')}`;

const topologyTooLong: Fault = {
  kind: 'wrong-value',
  path: ['name'],
  fault: `the name is too long: topology and site names together have at most ${room} characters`,
  hint: `use at most ${room / 2} characters, which leaves as many for the site: ${because}`,
};

function siteTooLong({ name }: DraftSite, together: number): Fault {
  return {
    kind: 'wrong-value',
    path: name.path,
    at: 'key',
    fault: `the names of the topology and of this site together have ${together} characters; the limit is ${room}`,
    hint: `shorten one of them by ${together - room}: ${because}`,
  };
}
