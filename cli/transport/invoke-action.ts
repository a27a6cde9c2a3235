import type { Message } from '#contracts/message.ts';
import type { RouteSwapRequest } from '#contracts/route-swap-requests.ts';
import type * as z from '#contracts/validation.ts';
import type { Cli } from '../cli.ts';
import { invokeSite, type SiteRef } from './invoke-site.ts';

/** Asks a site to act. Ctrl-C ends only the waiting, and says so. */
export async function invokeAction<Answer extends z.core.$ZodType>(
  siteRef: SiteRef,
  request: RouteSwapRequest,
  answer: Answer,
  { io, environment }: Cli,
): Promise<Message<Answer>> {
  try {
    return await invokeSite(siteRef, request, answer, { environment, signal: io.signal });
  } catch (error) {
    if (io.signal?.aborted === true) {
      io.stderr.write(`\nInterrupted. The function was asked and goes on: vyos-failover status ${siteRef.site.name}\n`);
    }
    throw error;
  }
}
