/** What the measuring document prints (`router/measure`). Times are ms since the epoch, by the measuring machine's clock. */
import type { Message } from './message.ts';
import * as z from './validation.ts';

/** Lost packets in a row: when the first one was sent, how many, and when the next reply arrived; null: none did. */
const Gap = z.pipe(
  z.tuple([z.number(), z.number(), z.nullable(z.number())]),
  z.transform(([from, lost, back]) => ({ from, lost, back })),
);

/** A series of pings to one address. */
export const PingSeries = z.object({
  /** Packets that had time for a reply. */
  sent: z.number(),
  received: z.number(),
  /** When the first and the last packet were sent. */
  from: z.number(),
  to: z.number(),
  /** Median round trip, ms; null: no reply. */
  rttMs: z.nullable(z.number()),
  /** The first 20. */
  gaps: z.array(Gap),
  /** More packets were lost than permitted, and the series ended early. */
  exceeded: z.boolean(),
  /** Largest packet that passes unfragmented, bytes with its headers; null: not measured, or none passes. */
  mtu: z.nullable(z.number()),
  /** Why no packet was sent; null: packets were sent. */
  error: z.nullable(z.string()),
});
export type PingSeries = Message<typeof PingSeries>;

/** The interface and the next hop that the kernel chooses; null: no route. */
const RouteLookup = z.object({ interface: z.nullable(z.string()), via: z.nullable(z.string()) });
export type RouteLookup = Message<typeof RouteLookup>;

export const Measurement = z.object({
  pings: z.record(z.string(), PingSeries),
  routes: z.record(z.string(), RouteLookup),
});
export type Measurement = Message<typeof Measurement>;
