import * as z from '#contracts/validation.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
const Request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  /** Presigned: it must not be logged. */
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  ResourceProperties: z.unknown(),
  /** Absent: the resource is to be created. */
  PhysicalResourceId: z.optional(z.string()),
});
export type CustomResourceRequest = z.infer<typeof Request>;

/**
 * @param name of the function, for the error
 * @throws Error if it is no request of CloudFormation: nobody waits for an answer then
 */
export function parseRequest(event: unknown, name: string): CustomResourceRequest {
  const result = z.safeParse(Request, event);
  if (result.success) return result.data;
  throw new Error(`${name} is invoked by CloudFormation alone: ${z.prettifyError(result.error)}`);
}
