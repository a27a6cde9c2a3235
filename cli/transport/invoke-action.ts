import type { Message } from '#contracts/message.ts';
import type { OperatorRequest } from '#contracts/site-api.ts';
import type * as z from '#contracts/validation.ts';
import type { Cli } from '../cli.ts';
import { invokeSite, type SiteRef } from './invoke-site.ts';

/** Invokes a function that changes something. Ctrl-C ends only the wait for its answer, and the operator is informed. */
export async function invokeAction<Answer extends z.core.$ZodType>(
  siteRef: SiteRef,
  request: OperatorRequest,
  answer: Answer,
  { io, environment }: Cli,
): Promise<Message<Answer>> {
  try {
    const progress = (line: string) => void io.stderr.write(`${line}\n`);
    return await invokeSite(siteRef, request, answer, { environment, signal: io.signal, progress });
  } catch (error) {
    if (io.signal?.aborted === true) {
      io.stderr.write(
        `\nInterrupted. The function continues to run; check its result with ${environment.nextCommand('status', siteRef.site.name)}\n`,
      );
    }
    throw error;
  }
}
