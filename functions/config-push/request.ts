import * as z from '#contracts/validation.ts';
import { Neighbors } from './router/neighbors.ts';

/** Rules that a person may set aside. */
export const PUSH_OVERRIDES = ['drift', 'paused'] as const;
export type PushOverride = (typeof PUSH_OVERRIDES)[number];

/** Far more than any topology file; Lambda itself takes 6 MB. */
const LONGEST_TOPOLOGY = 1_000_000;

const topology = z.string().check(z.minLength(1), z.maxLength(LONGEST_TOPOLOGY));
const overrides = z._default(z.array(z.enum(PUSH_OVERRIDES)), []);
/** The push: the same for all of its routers, whatever their site. */
const id = z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/));
const router = z.string().check(z.minLength(1), z.maxLength(256));

const Request = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('plan'), topology, overrides }),
  z.strictObject({
    action: z.literal('push'),
    id,
    topology,
    by: z.string().check(z.minLength(1), z.maxLength(256)),
    overrides,
    /** By router name: the digests of the plan that somebody has agreed to. */
    digests: z.record(z.string(), z.string()),
    /** The router that carried the traffic in that plan; another one now is another plan. Default: whoever does now. */
    owner: z.optional(router),
    /** By router name: BGP as that plan read it, before anything changed at any end. Default, and for null: as it is now. */
    baselines: z.optional(z.record(z.string(), z.nullable(Neighbors))),
    /** This router and no other. Default: the first that differs, the one without the traffic before the other. */
    only: z.optional(router),
    /** Do not confirm: the far ends of its tunnels change at the same time, and all of them must be well first. */
    hold: z._default(z.boolean(), false),
  }),
  /** How a held router ends: when all of its group are well, or when one is not. */
  z.strictObject({ action: z.enum(['confirm', 'undo']), id, router }),
  /** Is it still held? Asked of all ends before the first one is confirmed. */
  z.strictObject({ action: z.literal('held'), id, router }),
  /** Brings what an abandoned push left behind to an end. */
  z.strictObject({ action: z.literal('settle') }),
]);

export type ConfigPushRequest = z.infer<typeof Request>;
export type PushRequest = Extract<ConfigPushRequest, { action: 'push' }>;
export type EndRequest = Extract<ConfigPushRequest, { action: 'confirm' | 'undo' }>;
export type HeldRequest = Extract<ConfigPushRequest, { action: 'held' }>;

/** It is none: nothing was looked at. Whoever asked is another version of ours, or an operator; the function has not failed. */
export interface BadRequest {
  readonly outcome: 'bad-request';
  readonly says: string;
}

export function readConfigPushRequest(payload: unknown): ConfigPushRequest | BadRequest {
  const result = z.safeParse(Request, payload);
  if (result.success) return result.data;
  return { outcome: 'bad-request', says: `Not a request that config-push knows: ${z.prettifyError(result.error)}` };
}
