import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { rootInForce, runInRoot } from '#lab/root-enter.ts';
import { benchColdStart } from './cold-start/bench-cold-start.ts';
import { type BenchOptions, readOptions } from './options.ts';
import { isInterrupted } from './outage/remove-on-signal.ts';
import { benchSwap } from './swap/bench-swap.ts';
import { benchWait } from './wait/bench-wait.ts';

process.once('SIGINT', () => process.exit(130));
process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    const root = 'root' in options && rootInForce() === undefined ? options.root : undefined;
    if (root !== undefined) return await runInRoot(root, [process.execPath, fileURLToPath(import.meta.url), ...argv]);
    process.stdout.write(await run(options));
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!isInterrupted()) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
}

/** @returns what to print on stdout */
async function run(options: BenchOptions): Promise<string> {
  const showProgress = (line: string) => void process.stderr.write(`· ${line}\n`);
  switch (options.bench) {
    case 'swap':
      return benchSwap(options, showProgress);
    case 'outage':
      return (await import('./outage/bench-outage.ts')).benchOutage(options, showProgress);
    case 'latency':
      return (await import('./latency/bench-latency.ts')).benchLatency(options, showProgress);
    case 'false-alarms':
      return (await import('./false-alarms/bench-false-alarms.ts')).benchFalseAlarms(options, showProgress);
    case 'pairs':
      return (await import('./pairs/bench-pairs.ts')).benchPairs(options, showProgress);
    case 'wait':
      return benchWait(options);
    case 'cold-start':
      return benchColdStart(options, showProgress);
  }
}
