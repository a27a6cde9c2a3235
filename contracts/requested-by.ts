import * as z from './validation.ts';

/** Who sent an operator's request. */
export const RequestedBy = z.object({
  /** ARN of the caller, as AWS verified it. Absent: the request came by Lambda Invoke, whose caller a function cannot know. */
  arn: z.optional(z.string()),
  /** The name that the request states; not verified. */
  stated: z.optional(z.string()),
});
