/** The function was called and ended with an error; the message carries its own. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
}
