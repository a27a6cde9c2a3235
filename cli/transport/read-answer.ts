import type { Message } from '#contracts/message.ts';
import * as z from '#contracts/validation.ts';
import type { Site } from '#topology/topology.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { printable } from '../output/printable.ts';

/**
 * An answer of a site, validated.
 *
 * @param from what gave it
 * @throws CommandError (exit code 1) if this version cannot read it
 */
export function readAnswer<Answer extends z.core.$ZodType>(
  { name }: Pick<Site, 'name'>,
  from: string,
  answer: Answer,
  given: unknown,
): Message<Answer> {
  const read = z.safeParse(answer, given);
  if (read.success) return read.data as Message<Answer>;
  const why = printable(z.prettifyError(read.error)).slice(0, 500);
  throw new CommandError(
    exitCodes.failed,
    `${name}: this version cannot read the answer of ${from}: ${why}\n` +
      '    hint: use the version of vyos-failover that is deployed, or deploy this one',
  );
}
