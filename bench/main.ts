import { fileURLToPath } from 'node:url';
import { rootInForce, runInRoot } from '#lab/root-enter.ts';
import { benchColdStart } from './cold-start/bench-cold-start.ts';
import { type BenchOptions, readOptions, USAGE, UsageError } from './options.ts';
import { benchSwap } from './swap/bench-swap.ts';

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
    const usage = error instanceof UsageError;
    process.stderr.write(`${error instanceof Error ? (usage ? error.message : error.stack) : String(error)}\n`);
    if (usage) process.stderr.write('See npm run bench -- --help\n');
    return usage ? 2 : 1;
  }
}

/** @returns what belongs on stdout */
async function run(options: BenchOptions): Promise<string> {
  const tell = (line: string) => void process.stderr.write(`· ${line}\n`);
  switch (options.bench) {
    case 'help':
      return USAGE;
    case 'swap':
      return benchSwap(options, tell);
    case 'outage':
      return (await import('./outage/bench-outage.ts')).benchOutage(options, tell);
    case 'false-alarms':
      return (await import('./false-alarms/bench-false-alarms.ts')).benchFalseAlarms(options, tell);
    case 'cold-start':
      return benchColdStart(options, tell);
  }
}
