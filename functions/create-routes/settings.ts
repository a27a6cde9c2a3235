import * as z from '#contracts/validation.ts';
import type { ManagedRoute, ManagedRouter, ManagedSite } from '#failover/site.ts';

const Router = z.object({ Name: z.string(), Interface: z.string() });

/** Properties of the custom resource, as CloudFormation sends them; it adds some of its own. */
export const Properties = z.object({
  Site: z.string(),
  Active: Router,
  Standby: Router,
  Tables: z.array(z.object({ Id: z.string(), Destinations: z.array(z.string()) })),
});

/** A router that routes may point at. */
export type RouteTarget = Pick<ManagedRouter, 'name' | 'eni'>;

/** The managed routes that must exist, and the pair that they may point at. */
export interface WantedRoutes {
  readonly site: string;
  readonly active: RouteTarget;
  readonly standby: RouteTarget;
  readonly routes: readonly ManagedRoute[];
}

/**
 * The properties that the stack gives the custom resource. A new destination changes them, so that CloudFormation sends an update.
 *
 * @param site its ids may be references to what the stacks create
 */
export function managedRoutesProperties({ name, routers, routes }: ManagedSite): z.infer<typeof Properties> {
  const router = ({ name: Name, eni }: ManagedRouter) => ({ Name, Interface: eni });
  const tables = Map.groupBy(routes, ({ table }) => table);
  return {
    Site: name,
    Active: router(routers.active),
    Standby: router(routers.standby),
    Tables: [...tables].map(([Id, its]) => ({ Id, Destinations: its.map(({ destination }) => destination) })),
  };
}

/** What the properties ask for. */
export function wantedRoutes({ Site, Active, Standby, Tables }: z.infer<typeof Properties>): WantedRoutes {
  const target = ({ Name, Interface }: z.infer<typeof Router>) => ({ name: Name, eni: Interface });
  return {
    site: Site,
    active: target(Active),
    standby: target(Standby),
    routes: Tables.flatMap(({ Id, Destinations }) => Destinations.map((destination) => ({ table: Id, destination }))),
  };
}
