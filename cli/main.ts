/** Connects the command line to the process: streams, signals and exit code. No other module ends the process. */
import { addAbortSignal } from 'node:stream';
import { exitCodes } from './output/exit-codes.ts';
import { processEnvironment } from './process-environment.ts';
import { processOutput } from './process-output.ts';
import { run } from './run.ts';

const interrupt = new AbortController();
/**
 * As shells report them: 128 + the signal's number. SIGHUP: the terminal or the SSH session has closed, and a drill must return its routes.
 */
const EXIT_CODES = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;
let interrupted: number = exitCodes.interrupted;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = EXIT_CODES[signal];
    // A second signal ends the process at once, without cleanup.
    if (interrupt.signal.aborted) process.exit(interrupted);
    interrupt.abort();
  });
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader closed the pipe, as in `vyos-failover … | head`.
  if (error.code === 'EPIPE') process.exit();
  // For example, the disk is full.
  process.stderr.write(`cannot write the result to standard output: ${error.message}\n`);
  process.exit(exitCodes.failed);
});

// An error on stderr cannot be reported anywhere and must not end a running action.
process.stderr.on('error', () => {});

function interruptible(stream: typeof process.stdin): typeof process.stdin {
  // Ctrl-C may come before anything reads: the stream then fails without a reader to report it to.
  return addAbortSignal(
    interrupt.signal,
    stream.on('error', () => {}),
  );
}

const exitCode = await run(
  process.argv.slice(2),
  {
    stdout: processOutput(process.stdout),
    stderr: processOutput(process.stderr),
    stdin: interruptible(process.stdin),
    env: process.env,
    cwd: process.cwd(),
    signal: interrupt.signal,
  },
  processEnvironment(process.env),
);
process.exitCode = exitCode === exitCodes.interrupted ? interrupted : exitCode;
