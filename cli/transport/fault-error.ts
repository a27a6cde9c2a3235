import type { CallFault } from '#aws/call-fault.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';

/** A call to a site gave no answer (exit code 1). */
export class FaultError extends CommandError {
  readonly fault: CallFault;

  constructor(fault: CallFault, message: string, options?: ErrorOptions) {
    super(exitCodes.failed, message, options);
    this.fault = fault;
  }
}
