import type { Stack } from '#aws/stacks.ts';
import type { Cli } from '../cli.ts';
import { failuresOf, stackEnded } from '../created/stack-ended.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { explainingMeterFaults } from './explaining-meter-faults.ts';
import { meterStack } from './meter-stack.ts';
import { type MeterRequest, meterTemplate } from './meter-template.ts';
import { type MeterReadings, NO_READINGS, withConsole } from './readings.ts';

const POLL_MS = 10_000;
/** Boot of the host, and IAM. */
export const STARTED_WITHIN_MS = 600_000;
/** A flip takes its delay, 1.2 s in which the data plane is observed, and a rest of 0.5 to 1.5 s. */
export const FLIP_MS = 3_000;
/** The console shows a flip at least so often; the slowest one takes 60 s, and a failed one 142 s. */
const SILENT_FOR_MS = 300_000;

/** How a measurement ended. */
export interface Measured {
  readonly readings: MeterReadings;
  /** Why it ended early, as a sentence; null: it did not. */
  readonly problem: string | null;
  /** Another measurement has begun in the meantime: the stack of that name is its own. */
  readonly isOfAnother?: boolean;
}

/** Creates the stack, and reads the console of its host until the last flip, Ctrl-C or a fault of AWS. Leaves the stack in place. */
export async function measureRouteLatency(where: SiteRef, request: MeterRequest, cli: Cli): Promise<Measured> {
  const latest = { readings: NO_READINGS };
  try {
    const { outputs } = await createMeter(where, request, cli);
    const problem = await readUntilEnd(outputs['InstanceId'] ?? '', latest, { where, flips: request.flips, cli });
    return { ...latest, problem };
  } catch (error) {
    if (cli.io.signal?.aborted === true) return { ...latest, problem: 'Interrupted.' };
    if (!(error instanceof CommandError)) throw error;
    const { says, hint } = saysAndHint(error.message);
    const isOfAnother = error.cause instanceof Error && error.cause.name === 'AlreadyExistsException';
    return { ...latest, problem: hint === undefined ? says : `${says}; ${hint}`, isOfAnother };
  }
}

/** @returns the problem; null: all flips were read */
async function readUntilEnd(
  instance: string,
  latest: { readings: MeterReadings },
  { where, flips, cli }: { readonly where: SiteRef; readonly flips: number; readonly cli: Cli },
): Promise<string | null> {
  const { environment, io } = cli;
  const { region } = where.site;
  let newAt = environment.now();
  for (;;) {
    const console = await explainingMeterFaults('EC2', region, cli, () =>
      environment.cloud.consoleOutput(region, instance, io.signal),
    );
    const before = countOf(latest.readings);
    latest.readings = withConsole(latest.readings, console);
    if (countOf(latest.readings) > before) {
      newAt = environment.now();
      io.stderr.write(`${progress(latest.readings, flips)}\n`);
    }
    if (latest.readings.hasEnded) return problemOf(latest.readings, flips);
    const patience = latest.readings.receivers === undefined ? STARTED_WITHIN_MS : SILENT_FOR_MS;
    if (environment.now() - newAt > patience) return SILENT;
    await environment.sleep(POLL_MS, io.signal);
    io.signal?.throwIfAborted();
  }
}

const SILENT = 'The console of the measuring host shows no new readings.';

async function createMeter(where: SiteRef, request: MeterRequest, cli: Cli): Promise<Stack> {
  const { name, region, tags } = meterStack(where);
  const token = cli.environment.newId();
  await explainingMeterFaults('CloudFormation', region, cli, () =>
    cli.environment.cloud.createStack({ name, region }, meterTemplate(request), token, {
      tags,
      capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const stack = await stackEnded({ name, region }, cli);
  if (stack?.status === 'CREATE_COMPLETE') return stack;
  const why = stack === undefined ? ['it was deleted'] : await failuresOf({ name, region }, stack, cli);
  throw new CommandError(exitCodes.failed, `the stack ${name} in ${region} was not created: ${why.join('; ')}`);
}

const countOf = ({ receivers, flips, failed }: MeterReadings) =>
  (receivers === undefined ? 0 : 1) + flips.length + failed.length;

function progress({ flips, failed, receivers = 0 }: MeterReadings, all: number): string {
  const observed = receivers === 0 ? ', without packets' : '';
  return `measuring: ${flips.length} of ${all} flips${observed}${failed.length === 0 ? '' : `, ${failed.length} failed`}`;
}

/** Some flips may fail, for example by throttling; a measurement that ended before its last flip has a problem. */
function problemOf({ flips, failed }: MeterReadings, all: number): string | null {
  const last = failed.at(-1);
  if (last !== undefined && (last.n === 0 || last.n > (flips.at(-1)?.n ?? 0)))
    return `EC2 did not replace the route: ${last.why} (flip ${last.n} of ${all}).`;
  const missing = all - flips.length - failed.length;
  return missing === 0 ? null : `The console lacks ${missing} of ${all} readings.`;
}
