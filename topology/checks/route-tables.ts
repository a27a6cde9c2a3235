import type { Draft, DraftSite, DraftTable } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { containsNetwork, type Network, parseNetwork } from '../networks.ts';
import { duplicates } from './duplicates.ts';

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html, the highest that the quota goes. */
const mostRoutes = 1000;

/** Each table stands in the permissions of one role, and more do not fit into the policies that IAM lets a role have. */
const mostTables = 1000;

/** Each table is one site's, each destination stands in it once, and none would take the VPC's own traffic away. */
export function checkRouteTables(draft: Draft): Fault[] {
  const sites = draft.sites ?? [];
  const tables = sites.flatMap((site) => site.tables ?? []);
  return [
    ...sites.flatMap(noTables),
    ...sites.flatMap(tooManyTables),
    ...sharedTables(tables),
    ...tables.flatMap(repeatedDestinations),
    ...sites.flatMap((site) => (site.tables ?? []).flatMap((table) => wrongSide(table, site))),
    ...sites.flatMap((site) => (site.tables ?? []).flatMap((table) => tooMany(table, site, sites))),
  ];
}

function noTables({ name, tables, vpc }: DraftSite): Fault[] {
  if (vpc.create || !vpc.known || (tables !== undefined && tables.length > 0)) return [];
  const kind = tables === undefined ? 'missing-key' : 'count';
  const path = [...name.path, 'routeTables'];
  const fault = tables === undefined ? 'routeTables is missing' : 'there are no route tables';
  const hint = 'write the tables whose routes point at the pair, for example - rtb-0a1b2c3d4e5f60021';
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
      hint: 'let subnets share route tables, or make two topologies of it, each with its own pair of routers',
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
      fault: `${again.value} stands ${same ? 'here twice' : `in ${String(first.path[1])} too`} (line ${first.line})`,
      hint: same ? 'put all its destinations into one entry' : 'a route table belongs to one VPC, so to one site',
    };
  });
}

function repeatedDestinations({ destinations = [] }: DraftTable): Fault[] {
  return duplicates(destinations, (text) => parseNetwork(text)?.cidr ?? text).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    fault: `${again.value} is in this table already (line ${first.line})`,
    hint: 'take one of the two out',
  }));
}

/** Which side of the VPC a table may take traffic to: out of it, or, in an edge table, into it. */
function wrongSide(table: DraftTable, { vpc }: DraftSite): Fault[] {
  const own = vpc.cidr?.value;
  if (table.edge) return wrongInEdgeTable(table, own);
  if (own === undefined) return [];
  return (table.destinations ?? []).flatMap(({ value, path }) => {
    const network = parseNetwork(value);
    if (network === undefined || !containsNetwork(own, network)) return [];
    const fault = `${value} lies in the site’s own VPC ${own.cidr}`;
    const hint =
      'routes to the routers are for other networks; take it out, or write edge: true for a gateway route table';
    return [{ kind: 'contradiction', path, fault, hint }];
  });
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html: subnets of the VPC, and no prefix lists. */
function wrongInEdgeTable({ destinations, path: table }: DraftTable, own: Network | undefined): Fault[] {
  if (destinations === undefined) {
    const hint = 'write the subnets whose incoming traffic goes to the pair';
    return [{ kind: 'missing-key', path: table, fault: 'an edge table needs its destinations', hint }];
  }
  return destinations.flatMap(({ value, path }) => {
    const network = parseNetwork(value);
    const inside =
      network !== undefined && (own === undefined || network.family !== own.family || containsNetwork(own, network));
    if (inside) return [];
    const fault =
      network === undefined
        ? `an edge table takes no prefix list: ${value}`
        : `${value} is not in the site’s own VPC ${own?.cidr}`;
    return [{ kind: 'contradiction', path, fault, hint: 'an edge table’s destinations are subnets of its own VPC' }];
  });
}

function tooMany({ destinations, path, id }: DraftTable, { name }: DraftSite, sites: readonly DraftSite[]): Fault[] {
  const others = sites.filter((site) => site.name.value !== name.value);
  const count = destinations?.length ?? others.reduce((sum, { frontSubnets }) => sum + frontSubnets.length, 0);
  if (count <= mostRoutes) return [];
  return [
    {
      kind: 'count',
      path,
      fault: `${id?.value ?? 'this table'} would have ${count} managed routes; a VPC route table holds at most ${mostRoutes}`,
      hint: 'put destinations together: a shorter prefix, or a prefix list (pl-…)',
    },
  ];
}
