/** The only place that knows the process, and the only one that ends it. */
import { addAbortSignal } from 'node:stream';
import { exitCodes } from './output/exit-codes.ts';
import { realOutside } from './real-outside.ts';
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

// `vyos-failover … | head`: whoever read the output has had enough of it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

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
  realOutside(process.env),
);
process.exitCode = exitCode === exitCodes.interrupted ? interrupted : exitCode;
