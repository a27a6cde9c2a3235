/** A mistake in the command line, the topology or the machine: the command prints `message` without a stack trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
