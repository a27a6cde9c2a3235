import type { Message } from './message.ts';
import * as z from './validation.ts';

/** Of one request to config-push: it is carried out once, and its answer is kept for a day under this id. */
export const RequestId = z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/));

/** Answer to `request`: how far a request to config-push has come. For a caller whose connection ended before it did. */
export const RequestProgress = z.discriminatedUnion('state', [
  /** What the API answered, or would have answered a caller that still waited. */
  z.object({ state: z.literal('ended'), status: z.int(), body: z.unknown() }),
  z.object({
    state: z.literal('under-way'),
    /** The router that is being changed, and what is done there, as a clause. Absent: none yet, or that could not be read. */
    says: z.optional(z.string()),
  }),
  /** Nothing is recorded under that id, or the function ended without an answer. Answers are kept for a day. */
  z.object({ state: z.literal('unknown') }),
]);
export type RequestProgress = Message<typeof RequestProgress>;

/** Answer to a request that was not carried out because of an earlier one with its id: another one, or one that ended without an answer. */
export const RepeatedRequest = z.object({
  outcome: z.literal('refused'),
  reason: z.enum(['replayed', 'unanswered']),
  says: z.string(),
});

/** A request to config-push as the store keeps it. */
export interface KeptRequest {
  /** Of the route and the body: another request under the same id is refused. */
  readonly digest: string;
  /** The run that carries it out. */
  readonly run: string;
  /** Lambda ends that run by then, ms since the epoch. */
  readonly endsAt: number;
  /** Absent: there is none yet. */
  readonly answer?: { readonly status: number; readonly body: unknown };
}
