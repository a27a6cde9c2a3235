import { createHash } from 'node:crypto';
import * as z from '#contracts/validation.ts';
import { controllerOf } from '#failover/controller.ts';
import type { ManagedSite } from '#failover/site.ts';

/** Prefix of the resource's physical id. */
const PHYSICAL_ID = 'marked-tables-';

/** The resource's physical id: other tables are another resource, so that marks are removed only after an update has succeeded. */
export function physicalIdOf(tables: readonly string[]): string {
  const digest = createHash('sha256').update(tables.toSorted().join('\n')).digest('hex');
  return `${PHYSICAL_ID}${digest.slice(0, 16)}`;
}

/** Whether an id is of `physicalIdOf`: CloudFormation gives another one to a resource whose creation was not answered. */
export function isPhysicalId(id: string): boolean {
  return id.startsWith(PHYSICAL_ID);
}

/** The tables that the function's own deployment manages. */
export function managedTables({ routes }: Pick<ManagedSite, 'routes'>): readonly string[] {
  return [...new Set(routes.map(({ table }) => table))];
}

/** Properties of the custom resource, as CloudFormation sends them; it adds some of its own. */
export const Properties = z.object({
  /** The value of the tag. */
  Controller: z.string().check(z.minLength(1)),
  Region: z.string(),
  Tables: z.array(z.string()),
});
export type MarkProperties = z.infer<typeof Properties>;

/**
 * The properties that the stack gives the custom resource. A table that is added or removed changes them, so that CloudFormation sends
 * an update.
 *
 * @param site its ids may be references to what the stacks create
 */
export function markTablesProperties(site: ManagedSite): MarkProperties {
  return { Controller: controllerOf(site), Region: site.region, Tables: [...managedTables(site)] };
}
