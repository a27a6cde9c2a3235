import type { Cli } from '../cli.ts';
import { announcingInterrupt } from '../output/announcing-interrupt.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { type Measured, measureRouteLatency } from './measure-route-latency.ts';
import { findMeterStacks } from './meter-stack.ts';
import type { MeterRequest } from './meter-template.ts';
import { removeMeter } from './remove-meter.ts';

/**
 * A measurement, and the deletion of its stack, which follows whatever ended the measurement. The stack is found by its tag: a stack
 * of the same name that is of something else stays, and so does the one of a measurement that another operator has begun meanwhile.
 *
 * @returns `left`: why something is still there, as sentences
 */
export async function measureAndRemove(
  where: SiteRef,
  request: MeterRequest,
  cli: Cli,
): Promise<Measured & { readonly left: readonly string[] }> {
  // Ctrl-C ends the measurement, not the deletion.
  const { signal: _interrupted, ...io } = cli.io;
  const remove = () => removeAll(where, { ...cli, io });
  return announcingInterrupt(cli.io, INTERRUPTED, async () => {
    try {
      const measured = await measureRouteLatency(where, request, cli);
      return { ...measured, left: measured.isOfAnother === true ? [] : await remove() };
    } catch (error) {
      await remove();
      throw error;
    }
  });
}

const INTERRUPTED =
  '\nInterrupted. The stack is deleted first; Ctrl-C again exits at once, and leaves it to --clean-up.\n';

async function removeAll(where: SiteRef, cli: Cli): Promise<readonly string[]> {
  try {
    const there = await findMeterStacks(where, cli);
    return (await Promise.all(there.map((stack) => removeMeter(stack, cli)))).flat();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [saysAndHint(error.message).says];
  }
}
