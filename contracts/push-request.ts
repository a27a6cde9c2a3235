import type { Requester } from '#failover/requester.ts';
import type { Message, Sent } from './message.ts';
import { Neighbors } from './push-neighbors.ts';
import * as z from './validation.ts';

/** Rules that an operator may override. */
export const PUSH_OVERRIDES = ['drift', 'paused'] as const;
export type PushOverride = (typeof PUSH_OVERRIDES)[number];

/** Far more than any topology file; Lambda accepts a payload of 6 MB. */
export const MAX_TOPOLOGY_CHARS = 1_000_000;

const topology = z.string().check(z.minLength(1), z.maxLength(MAX_TOPOLOGY_CHARS));
const overrides = z._default(z.array(z.enum(PUSH_OVERRIDES)), []);
/** The push: the same for all of its routers, in every site. */
const id = z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/));
const router = z.string().check(z.minLength(1), z.maxLength(256));

/** Whom the request names as its sender: beside the verified caller, or instead of one. */
const by = z.optional(z.string().check(z.minLength(1), z.maxLength(256)));

/** What config-push accepts. */
export const ConfigPushRequest = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('plan'), topology, overrides }),
  z.strictObject({
    action: z.literal('push'),
    id,
    topology,
    by,
    overrides,
    /** By router name: the digests of the plan that the operator approved. */
    digests: z.record(z.string(), z.string()),
    /** The owner in that plan; a different owner now means a different plan. Default: the owner now. */
    owner: z.optional(router),
    /** By router name: BGP as that plan read it, before anything changed at either end. Default, and for null: as it is now. */
    baselines: z.optional(z.record(z.string(), z.nullable(Neighbors))),
    /** Only this router. Default: the first router that differs, the standby before the owner. */
    only: z.optional(router),
    /** Leave the router unconfirmed: the far ends of its tunnels change at the same time, and all of them must be verified first. */
    hold: z._default(z.boolean(), false),
  }),
  /** Ends an unconfirmed router: `confirm` when all routers of its group are verified, `undo` when one is not. */
  z.strictObject({ action: z.enum(['confirm', 'undo']), id, router }),
  /** Does the router still wait for confirmation? Sent to all ends before the first one is confirmed. */
  z.strictObject({ action: z.literal('held'), id, router }),
  /** Recovers what an abandoned push or installation left behind. */
  z.strictObject({ action: z.literal('settle') }),
  /** Installs the deployed programs on the next router that has others, the standby before the owner. */
  z.strictObject({
    action: z.literal('install'),
    /** The installation: the same for all of its routers. */
    id,
    by,
    overrides: z._default(z.array(z.enum(['paused'])), []),
    /** Only this router. Default: both. */
    only: z.optional(router),
    /** Only says what would be installed. */
    dryRun: z._default(z.boolean(), false),
  }),
]);
export type ConfigPushRequest = Message<typeof ConfigPushRequest>;
/** As a caller writes it: without the keys that have a default. */
export type SentConfigPushRequest = Sent<typeof ConfigPushRequest>;

/** A request with its sender. */
export type Asked<Request> = Omit<Request, 'by'> & {
  /** The sender's name in sentences. */
  readonly by: string;
  /** Undefined: unknown. */
  readonly requestedBy?: Requester;
};

export type PushRequest = Extract<ConfigPushRequest, { action: 'push' }>;
export type EndRequest = Extract<ConfigPushRequest, { action: 'confirm' | 'undo' }>;
export type InstallRequest = Extract<ConfigPushRequest, { action: 'install' }>;
export type UnconfirmedRequest = Extract<ConfigPushRequest, { action: 'held' }>;

/** The topology has mistakes, or describes other routers than the deployed ones. `says` may have several lines. */
const WrongTopology = z.object({ outcome: z.literal('wrong-topology'), says: z.string() });
export type WrongTopology = Message<typeof WrongTopology>;

/** It is no request: the caller is of another version. */
const BadRequest = z.object({ outcome: z.literal('bad-request'), says: z.string() });
export type BadRequest = Message<typeof BadRequest>;

/** Answer to a request that was not carried out. */
export const RejectedRequest = z.union([WrongTopology, BadRequest]);
