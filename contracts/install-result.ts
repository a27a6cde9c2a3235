import type { Message } from './message.ts';
import * as z from './validation.ts';

/** Which programs a router has, or is to have. null: it has none, or they state none. */
export const Programs = z.object({
  /** The version of vyos-failover that made the bundle. */
  version: z.nullable(z.string()),
  /** What the bundle's file `VERSION` states, in hexadecimal. */
  sha256: z.nullable(z.string()),
  /** SHA-256 of the SSM agent's package. */
  agent: z.nullable(z.string()),
});
export type Programs = Message<typeof Programs>;

/** What became of the SSM agent. */
export const AgentEnd = z.object({
  /**
   * `none`: no package is deployed. `same`: the router has it. `kept`: its agent is not older. `upgraded`: the new one runs.
   * `restored`: the new one did not work, and the earlier one runs. `pending`: it is not known yet. `failed`: see `says`.
   */
  state: z.enum(['none', 'same', 'kept', 'pending', 'upgraded', 'restored', 'failed']),
  says: z.optional(z.string()),
});
export type AgentEnd = Message<typeof AgentEnd>;

const RouterPrograms = z.object({
  name: z.string(),
  /** Absent: the router did not answer, so they are unknown. */
  installed: z.optional(Programs),
  /** What its boot parameter names; absent: that could not be read. */
  deployed: z.optional(Programs),
  /** Other programs, or another package of the SSM agent, are deployed than are installed. */
  differs: z.boolean(),
  /** Why either could not be read, as a clause. */
  why: z.optional(z.string()),
  /** What the installation left to attend to, as clauses. */
  attention: z._default(z.array(z.string()), []),
  agent: z.optional(AgentEnd),
});
export type RouterPrograms = Message<typeof RouterPrograms>;

/**
 * Answer to `install`. `planned`: what would be installed, with `refusal` if it would be refused. `installed`: `router` has its new
 * programs, and is fit; while any router remains, ask again. `unchanged`: every router has them. `refused`: nothing was tried.
 * `failed`: the router has its old programs, or has the new ones and is not fit. `unknown`: the router does not answer.
 */
export const InstallResult = z.object({
  outcome: z.enum(['planned', 'installed', 'unchanged', 'refused', 'failed', 'unknown']),
  /** For programs. */
  reason: z.string(),
  /** For operators. */
  says: z.string(),
  site: z.string(),
  /** The router that the result is about, where it is about one. */
  router: z.optional(z.string()),
  /** Routers that do not have what is deployed yet, in the order of the installation. */
  remaining: z.array(z.string()),
  routers: z.array(RouterPrograms),
  /** Of `planned`: why an installation would be refused now. */
  refusal: z.optional(z.object({ reason: z.string(), says: z.string() })),
});
export type InstallResult = Message<typeof InstallResult>;
