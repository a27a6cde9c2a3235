/**
 * The answer to a request of CloudFormation for a custom resource, of at most 4096 bytes as JSON
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html).
 */
export interface CloudFormationAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  /** Shown by CloudFormation as the reason of a failed deployment. */
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

/** What CloudFormation's answer takes at most, ms. */
export const ANSWER_WITHIN_MS = 9_000;
const TRIES = 3;

/**
 * Sends the answer to the presigned URL of the request.
 *
 * @param url permits whoever has it to answer: it is neither logged nor part of an error
 * @throws Error if no try succeeds
 */
export async function answerCloudFormation(url: string, answer: CloudFormationAnswer): Promise<void> {
  // A text as the body would add a content type, which is part of what some presigned URLs are signed for.
  const request = { method: 'PUT', headers: { 'content-type': '' }, body: Buffer.from(JSON.stringify(answer)) };
  for (let tries = 1; ; tries += 1) {
    const fault = await fetch(url, { ...request, signal: AbortSignal.timeout(ANSWER_WITHIN_MS / TRIES) }).then(
      ({ ok, status }) => (ok ? undefined : `HTTP status ${status}`),
      ({ name }: Error) => name,
    );
    if (fault === undefined) return;
    if (tries === TRIES) throw new Error(`CloudFormation did not take the answer: ${fault}`);
  }
}
