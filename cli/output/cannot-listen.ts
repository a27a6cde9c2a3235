import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';

/** A port of 127.0.0.1 that a command cannot listen on: why, and what to do. @param port 0: any free one */
export function cannotListen(command: string, port: number, error: unknown): CommandError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const says = code === 'EADDRINUSE' ? `another program listens on 127.0.0.1:${port} (EADDRINUSE)` : message;
  const hint =
    code === 'EADDRINUSE' || code === 'EACCES'
      ? '\n    hint: choose another --port; without it any free port is used'
      : '';
  return new CommandError(exitCodes.failed, `${command}: ${says}${hint}`, { cause: error });
}
