import type { Message } from './message.ts';
import * as z from './validation.ts';

const count = z.int().check(z.nonnegative());

/** One BGP neighbor as its router reports it; null: the state cannot be read, which is neither up nor down. */
const Neighbor = z.nullable(
  z.object({
    /** Is its session Established? */
    established: z.boolean(),
    /** Prefixes received, of all address families together; 0 where it is not Established. */
    prefixes: count,
    /** BGP messages received from it; null: not reported. */
    messages: z.nullable(count),
    /** The negotiated hold time, s; 0: none; null: not reported, or no session. */
    holdS: z.nullable(count),
  }),
);
export type Neighbor = Message<typeof Neighbor>;

/** BGP neighbors of one router, by address in its canonical form (`router/list-neighbors` prints them). */
export const Neighbors = z.record(z.string(), Neighbor);
export type Neighbors = Message<typeof Neighbors>;
