import { z } from 'zod';
import { lognormal } from './lognormal.ts';
import type { ApiCall } from './service.ts';
import { wildcard } from './wildcard.ts';

const pattern = z.string().min(1).optional();

/** A fault to inject into AWS API calls. Omitted conditions match everything; `*` in them matches any text. */
export const faultSchema = z
  .strictObject({
    /** Signing name, e.g. `ec2`. */
    service: pattern,
    /** With or without the service: `ReplaceRoute` or `ec2:ReplaceRoute`. */
    action: pattern,
    region: pattern,
    /** The caller's ARN. */
    caller: pattern,
    /** ARN of one of the call's resources. */
    resource: pattern,
    /** How often it strikes before it is used up. Default: without end. */
    times: z.int().positive().optional(),
    /** 0 to 1, default 1. */
    probability: z.number().min(0).max(1).optional(),
  })
  .and(
    z.discriminatedUnion('kind', [
      /** The service's own throttling error. */
      z.object({ kind: z.literal('throttle') }),
      /**
       * The call is held back before anything happens: for `ms`, or, with `sigma`, for a time drawn anew for each call
       * from the lognormal distribution whose median is `ms` (0.5: one call in a hundred takes three times the median).
       */
      z.object({ kind: z.literal('latency'), ms: z.number().min(0), sigma: z.number().positive().max(3).optional() }),
      /** Reads are answered as of `ms` ago (EC2, up to a minute), or from before the last write. */
      z.object({ kind: z.literal('stale-read'), ms: z.number().positive().max(60_000).optional() }),
      z.object({
        kind: z.literal('error'),
        code: z.string().min(1),
        status: z.int().min(400).max(599).default(500),
        message: z.string().default('Injected fault.'),
      }),
      /** As if IAM refused. */
      z.object({ kind: z.literal('denied') }),
      /** The call takes effect, and the connection breaks before the answer. */
      z.object({ kind: z.literal('lost-answer') }),
    ]),
  );

export type Fault = z.infer<typeof faultSchema>;
/** As callers write it: what has a default may be left out. */
export type FaultInput = z.input<typeof faultSchema>;

/** The faults that are in force. */
export interface Faults {
  /** Throws `z.ZodError` for a fault that is none. Returns its id. */
  add(fault: FaultInput): string;
  /** False if it is not there (any more). */
  remove(id: string): boolean;
  clear(): void;
  /** `struck`: how often so far. */
  list(): (Fault & { readonly id: string; readonly struck: number })[];
  /** The faults that strike this call; each is counted. A latency comes with the `ms` drawn for this call. */
  strike(call: ApiCall, where: { readonly service: string; readonly region: string; readonly caller: string }): Fault[];
}

/** `random`: [0, 1). */
export function createFaults(random: () => number): Faults {
  const faults = new Map<string, { readonly fault: Fault; struck: number }>();
  let added = 0;
  return {
    add(input) {
      const fault = faultSchema.parse(input);
      added += 1;
      faults.set(`fault-${added}`, { fault, struck: 0 });
      return `fault-${added}`;
    },
    remove: (id) => faults.delete(id),
    clear: () => faults.clear(),
    list: () => [...faults].map(([id, { fault, struck }]) => ({ ...fault, id, struck })),
    strike(call, where) {
      const striking: Fault[] = [];
      for (const entry of faults.values()) {
        const { fault } = entry;
        if (entry.struck >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        if (!applies(fault, call, where) || random() >= (fault.probability ?? 1)) continue;
        entry.struck += 1;
        striking.push(drawn(fault, random));
      }
      return striking;
    },
  };
}

function drawn(fault: Fault, random: () => number): Fault {
  if (fault.kind !== 'latency' || fault.sigma === undefined) return fault;
  return { ...fault, ms: lognormal(fault.ms, fault.sigma, random) };
}

function applies(
  fault: Fault,
  call: ApiCall,
  where: { readonly service: string; readonly region: string; readonly caller: string },
): boolean {
  const [, bare = call.action] = call.action.split(':');
  return (
    like(fault.service, [where.service]) &&
    like(fault.action, [call.action, bare]) &&
    like(fault.region, [where.region]) &&
    like(fault.caller, [where.caller]) &&
    like(
      fault.resource,
      call.resources.map(({ arn }) => arn),
    )
  );
}

function like(wanted: string | undefined, values: readonly string[]): boolean {
  return wanted === undefined || values.some(wildcard(wanted));
}
