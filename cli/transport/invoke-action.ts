import type { Message } from '#contracts/message.ts';
import type * as z from '#contracts/validation.ts';
import type { Cli } from '../cli.ts';
import { invokeSite, type SiteFunction, type SiteRef } from './invoke-site.ts';

/** Asks a site to act. Ctrl-C ends only the waiting, and says so. */
export async function invokeAction<Answer extends z.core.$ZodType>(
  siteRef: SiteRef,
  request: Readonly<Record<string, unknown>>,
  answer: Answer,
  { io, environment }: Cli,
  asked?: SiteFunction,
): Promise<Message<Answer>> {
  try {
    return await invokeSite(siteRef, request, answer, { environment, signal: io.signal }, asked);
  } catch (error) {
    if (io.signal?.aborted === true) {
      io.stderr.write(`\nInterrupted. The function was asked and goes on: vyos-failover status ${siteRef.site.name}\n`);
    }
    throw error;
  }
}
