import type { VpcDescription, VpcInstance } from '#aws/vpc-description.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { asnOf, type DraftedRouter, type DraftedSite, loopbackOf } from './drafted-site.ts';

type Interface = VpcInstance['interfaces'][number];

interface Candidate {
  readonly instance: VpcInstance;
  readonly of: Interface;
  /** Ids of its further interfaces that forward. */
  readonly otherEnis: readonly string[];
  /** Destinations of the routes that point at it. */
  readonly routes: readonly string[];
}

/**
 * The site of an existing VPC. Its routers are the two instances that forward (source/dest check off); the active one is that which more
 * routes point at.
 *
 * @param nth 1 for the first site
 * @param only instances to choose from, where any of them is in the VPC
 * @param taken names of sites and routers drafted before: tags may be alike, and names of a topology are unique
 * @throws CommandError (exit code 2) if these are not two instances
 */
export function existingSite(
  nth: number,
  vpc: VpcDescription,
  only: readonly string[],
  taken: ReadonlySet<string> = new Set(),
): DraftedSite {
  const all = candidatesIn(vpc);
  const named = all.filter(({ instance }) => only.includes(instance.id));
  const candidates = named.length === 0 ? all : named;
  const [active, standby, ...more] = candidates;
  if (active === undefined || standby === undefined || more.length > 0) throw notAPair(vpc, candidates);
  const name = unusedName(nameFrom(vpc.name) ?? `site-${nth}`, nth, taken);
  const tags = [active, standby].map(({ instance }) => nameFrom(instance.name));
  const areUnique = tags[0] !== tags[1] && tags.every((tag) => tag !== undefined && tag !== name && !taken.has(tag));
  const isRoleShown = active.routes.length > standby.routes.length;
  const router = (of: Candidate, number: 1 | 2) => {
    const own = areUnique ? tags[number - 1] : undefined;
    return routerOf(of, own ?? `${name}-${number}`, loopbackOf(nth, number), vpc, isRoleShown);
  };
  const enis = new Set([active.of.eni, standby.of.eni]);
  const routeTables = vpc.routeTables
    .map(({ id, subnets, routes }) => ({
      id,
      subnets,
      destinations: routes.filter(({ eni }) => enis.has(eni)).map(({ destination }) => destination),
    }))
    .filter(({ destinations }) => destinations.length > 0);
  const served = new Set(routeTables.flatMap(({ subnets }) => subnets));
  const front = vpc.subnets.filter(({ id }) => served.has(id)).map(({ cidr }) => cidr);
  const [role, otherRole] = [active.instance.profile, standby.instance.profile];
  return {
    name,
    region: vpc.region,
    asn: asnOf(nth),
    vpc: vpc.id,
    cidrs: vpc.cidrs,
    frontSubnets: front.length === 0 ? vpc.cidrs.slice(0, 1) : front,
    instanceRole: role === otherRole ? role : undefined,
    routers: [router(active, 1), router(standby, 2)],
    routeTables: routeTables.map(({ id, destinations }) => ({ id, destinations })),
  };
}

/** Instances that forward, each with the interface that the routes point at; those with routes first. */
function candidatesIn({ instances, routeTables }: VpcDescription): readonly Candidate[] {
  const all = routeTables.flatMap(({ routes }) => routes);
  const routesAt = (of: Interface) => all.filter(({ eni }) => eni === of.eni).map(({ destination }) => destination);
  return instances
    .flatMap((instance) => {
      const [of, ...others] = instance.interfaces
        .filter(({ sourceDestCheck }) => !sourceDestCheck)
        .toSorted((a, b) => routesAt(b).length - routesAt(a).length);
      return of === undefined ? [] : [{ instance, of, otherEnis: others.map(({ eni }) => eni), routes: routesAt(of) }];
    })
    .toSorted((a, b) => b.routes.length - a.routes.length || labelOf(a).localeCompare(labelOf(b)));
}

function routerOf(
  { instance, of, otherEnis, routes }: Candidate,
  name: string,
  loopback: string,
  vpc: VpcDescription,
  isRoleShown: boolean,
): DraftedRouter {
  return {
    name,
    existing: {
      instance: instance.id,
      eni: of.eni,
      publicAddress: of.publicAddress,
      otherEnis,
      isRoleShown,
      hasOnlyDefaultRoutes: routes.length > 0 && routes.every((destination) => DEFAULT_ROUTES.has(destination)),
    },
    subnet: vpc.subnets.find(({ id }) => id === of.subnet)?.cidr ?? '',
    address: of.address,
    loopback,
  };
}

const DEFAULT_ROUTES: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0']);

function unusedName(name: string, nth: number, taken: ReadonlySet<string>): string {
  return taken.has(name) ? `${name.slice(0, 16)}-${nth}`.replaceAll(/-+/g, '-') : name;
}

/** A tag as a name of the topology; undefined: nothing is left of it. */
function nameFrom(tag: string | undefined): string | undefined {
  const name = tag
    ?.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+/g, '')
    .slice(0, 20)
    .replaceAll(/-+$/g, '');
  return name === '' ? undefined : name;
}

function notAPair({ id, region }: VpcDescription, candidates: readonly Candidate[]): CommandError {
  const found = candidates.length === 0 ? 'none' : candidates.map(labelOf).join(', ');
  return new CommandError(
    exitCodes.usage,
    `${id} in ${region}: the pair of routers is not known: it needs two instances whose source/dest check is off, and there are ${candidates.length} (${found})\n` +
      '    hint: name the two with --router INSTANCE, twice; or turn the source/dest check of the routers off (aws ec2 modify-network-interface-attribute)',
  );
}

function labelOf({ instance: { id, name } }: Candidate): string {
  return name === undefined ? id : `${id} ${name}`;
}
