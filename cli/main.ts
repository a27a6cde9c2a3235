/** The only place that knows the process, and the only one that ends it. */
import { addAbortSignal } from 'node:stream';
import { exitCodes } from './output/exit-codes.ts';
import { processEnvironment } from './process-environment.ts';
import { run } from './run.ts';

const interrupt = new AbortController();
/** What a shell expects of a command that SIGTERM ended. */
const TERMINATED = 143;
let interrupted: number = exitCodes.interrupted;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = signal === 'SIGTERM' ? TERMINATED : exitCodes.interrupted;
    // The second one does not wait for anything to be tidied up.
    if (interrupt.signal.aborted) process.exit(interrupted);
    interrupt.abort();
  });
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `vyos-failover … | head`: whoever read the output has had enough of it.
  if (error.code === 'EPIPE') process.exit();
  // A full disk under `> tokyo-1.set`.
  process.stderr.write(`The result cannot be written to standard output: ${error.message}\n`);
  process.exit(exitCodes.failed);
});

// There is nowhere left to say it, and what was done is as it was.
process.stderr.on('error', () => {});

const exitCode = await run(
  process.argv.slice(2),
  {
    stdout: process.stdout,
    stderr: process.stderr,
    get stdin() {
      return addAbortSignal(interrupt.signal, process.stdin);
    },
    env: process.env,
    cwd: process.cwd(),
    signal: interrupt.signal,
  },
  processEnvironment(process.env),
);
process.exitCode = exitCode === exitCodes.interrupted ? interrupted : exitCode;
