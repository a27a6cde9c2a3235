/**
 * The deployed model: what a site's stack was made from, in the top-level `Metadata` of its template. `cdk diff` shows it, and the
 * command line reads it back. Keys are only ever added; a key that earlier versions lack has a default here.
 */
import type { DeployedTopology } from '#topology/deployed-topology.ts';
import { VYOS_VERSIONS } from '#topology/vyos-versions.ts';
import { maybe } from './maybe.ts';
import * as z from './validation.ts';

/** Key in the template's `Metadata`. */
export const DEPLOYED_METADATA = 'vyos-failover';
/** `/1`: a greater number is a model that this version cannot read. */
export const DEPLOYED_SCHEMA = 'vyos-failover.deployed/1';

const text = z.string();
const texts = z.array(text);
const role = z.enum(['active', 'standby']);
const vyos = z.enum(VYOS_VERSIONS);

const OtherRouter = z.object({
  name: text,
  role,
  instance: maybe(text),
  instanceRole: maybe(text),
  publicAddress: text,
  loopback: text,
});

const Image = z.union([z.object({ id: text }), z.object({ parameter: text }), z.object({ owner: text, name: text })]);

const Router = z.extend(OtherRouter, {
  site: text,
  vyos,
  creation: maybe(
    z.object({ zone: maybe(text), subnetId: maybe(text), image: Image, instanceType: text, createRole: z.boolean() }),
  ),
  eni: text,
  interface: text,
  firstTunnel: z.number(),
  subnet: text,
  address: text,
  gateway: text,
});

const ofSite = { name: text, region: text, asn: z.number(), frontSubnets: texts };

const Site = z.object({
  ...ofSite,
  vpc: z.object({ cidrs: z.tuple([text], text), create: z.boolean(), id: text }),
  routers: z.object({ active: Router, standby: Router }),
  routeTables: z.array(z.object({ id: text, destinations: texts, edge: z.boolean() })),
  createRoutes: z.boolean(),
  detectors: z.array(z.enum(['serf', 'bfd', 'vrrp'])),
  confirmMs: z.number(),
  reservedConcurrency: z.number(),
  /** Models of versions before the dashboard have none. */
  dashboard: z._default(z.boolean(), false),
  policy: z.object({
    prefer: z.enum(['availability', 'safety']),
    mode: z.enum(['automatic', 'observe', 'off']),
    evacuate: z.enum(['manual', 'automatic']),
    holdDownMs: z.number(),
    maxSwapsPerHour: z.number(),
  }),
  /** Of a version that had none: nobody. */
  notify: z._default(z.object({ email: texts, slack: maybe(z.object({ workspace: text, channel: text })) }), {
    email: [],
    slack: undefined,
  }),
});

const Deployed = z.object({
  name: text,
  account: maybe(text),
  terminationProtection: z._default(z.boolean(), false),
  vyos,
  profile: z.enum(['original', 'fast']),
  tunnelType: z.enum(['gre', 'vti']),
  bfd: z.object({ intervalMs: z.number(), multiplier: z.number() }),
  ssmAgent: maybe(text),
  site: Site,
  otherSites: z.array(z.object({ ...ofSite, routers: z.object({ active: OtherRouter, standby: OtherRouter }) })),
  farEnds: z.array(
    z.object({
      name: text,
      publicAddress: text,
      asn: z.number(),
      networks: texts,
      loopback: maybe(text),
      bfd: z.boolean(),
    }),
  ),
  tunnels: z.array(z.object({ between: z.tuple([text, text]), network: text, psk: text })),
});

/** What is under `DEPLOYED_METADATA`. */
export const DeployedModel = z.object({
  schema: z.literal(DEPLOYED_SCHEMA),
  /** Of the product that synthesized the template (`PRODUCT_VERSION`). */
  version: text,
  topology: Deployed,
});

/** A type error here means that the schema lacks a key of the type. */
export type DeployedModel = {
  readonly schema: typeof DEPLOYED_SCHEMA;
  readonly version: string;
  readonly topology: DeployedTopology;
};
