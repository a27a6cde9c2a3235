import type { Message } from '#contracts/message.ts';
import type * as z from '#contracts/validation.ts';
import type { Cli } from '../cli.ts';
import { type AskedFunction, askSite, type Where } from './invoke-site.ts';

/** Asks a site to act. Ctrl-C ends only the waiting, and says so. */
export async function askInEarnest<Answer extends z.core.$ZodType>(
  where: Where,
  request: Readonly<Record<string, unknown>>,
  answer: Answer,
  { io, outside }: Cli,
  asked?: AskedFunction,
): Promise<Message<Answer>> {
  try {
    return await askSite(where, request, answer, { outside, signal: io.signal }, asked);
  } catch (error) {
    if (io.signal?.aborted === true) {
      io.stderr.write(`\nInterrupted. The function was asked and goes on: vyos-failover status ${where.site.name}\n`);
    }
    throw error;
  }
}
