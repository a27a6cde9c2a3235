/** A signal ends the demo; `exitCode` is what a shell expects then. */
export class Interruption extends Error {
  readonly exitCode: 130 | 143;

  constructor(exitCode: 130 | 143) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}
