import type { Draft, DraftSite, DraftTable } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { parseNetwork } from '../networks.ts';
import { duplicates } from './duplicates.ts';
import { countElsewhere } from './networks-elsewhere.ts';

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html, the highest that the quota goes. */
const mostRoutes = 1000;

/** The permissions of one role list each table; more do not fit into the policies that IAM allows a role. */
const mostTables = 1000;

/** Each table belongs to one site, and lists each destination once. */
export function checkRouteTables(draft: Draft): Fault[] {
  const sites = draft.sites ?? [];
  const tables = sites.flatMap((site) => site.tables ?? []);
  return [
    ...sites.flatMap(noTables),
    ...sites.flatMap(tooManyTables),
    ...sharedTables(tables),
    ...tables.flatMap(repeatedDestinations),
    ...sites.flatMap(tooManyEdgeTables),
    ...sites.flatMap((site) => {
      const byDefault = countElsewhere(site, draft);
      return (site.tables ?? []).flatMap((table) => tooMany(table, byDefault));
    }),
  ];
}

function noTables({ name, tables, vpc }: DraftSite): Fault[] {
  if (vpc.create || !vpc.known || (tables !== undefined && tables.length > 0)) return [];
  const kind = tables === undefined ? 'missing-key' : 'count';
  const path = [...name.path, 'routeTables'];
  const fault = tables === undefined ? 'routeTables is missing' : 'routeTables is empty';
  const hint = 'list the tables whose routes point at the pair, for example - rtb-0a1b2c3d4e5f60021';
  return [{ kind, path, fault, hint }];
}

function tooManyTables({ name, tables = [] }: DraftSite): Fault[] {
  if (tables.length <= mostTables) return [];
  return [
    {
      kind: 'count',
      path: [...name.path, 'routeTables'],
      at: 'key',
      fault: `${name.value} has ${tables.length} route tables; the permissions of one function hold at most ${mostTables}`,
      hint: 'use one route table for several subnets, or split the site into two topologies, each with its own pair of routers',
    },
  ];
}

/** A VPC has one internet gateway and one virtual private gateway, and each of them one route table. */
function tooManyEdgeTables({ name, tables = [] }: DraftSite): Fault[] {
  const third = tables.filter(({ edge }) => edge)[2];
  if (third === undefined) return [];
  return [
    {
      kind: 'count',
      path: third.path,
      fault: `${name.value} has more than two gateway route tables (edge: true)`,
      hint: 'a VPC has one internet gateway and one virtual private gateway, with one table each: keep those two',
    },
  ];
}

function sharedTables(tables: readonly DraftTable[]): Fault[] {
  return duplicates(
    tables.map(({ id }) => id),
    (id) => id,
  ).map(({ first, again }) => {
    const same = first.path[1] === again.path[1];
    return {
      kind: 'duplicate',
      path: again.path,
      fault: `${again.value} is listed ${same ? 'twice' : `in ${String(first.path[1])} too`} (line ${first.line})`,
      hint: same
        ? 'write all its destinations in one entry'
        : 'a route table belongs to one VPC, and therefore to one site',
    };
  });
}

function repeatedDestinations({ destinations = [] }: DraftTable): Fault[] {
  return duplicates(destinations, (text) => parseNetwork(text)?.cidr ?? text).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    fault: `${again.value} is listed twice in this table (line ${first.line})`,
    hint: 'remove one of the two',
  }));
}

/** @param byDefault destinations of a table that names none */
function tooMany({ destinations, path, id }: DraftTable, byDefault: number): Fault[] {
  const count = destinations?.length ?? byDefault;
  if (count <= mostRoutes) return [];
  return [
    {
      kind: 'count',
      path,
      fault: `${id?.value ?? 'this table'} would have ${count} managed routes; a VPC route table holds at most ${mostRoutes}`,
      hint: 'summarize destinations: use a shorter prefix, or a prefix list (pl-…)',
    },
  ];
}
