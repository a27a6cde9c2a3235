/** The streams and variables of a command. Passed in, so that tests run without a process. */

export interface Output {
  write(text: string): unknown;
  /** True for a terminal. Only a terminal gets colours. */
  readonly isTTY?: boolean;
  /** Size of the terminal. Undefined: not a terminal, or one that does not know its size; lines may have any length. */
  readonly columns?: number;
  readonly rows?: number;
}

export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, questions, warnings and errors. */
  readonly stderr: Output;
  /** `isTTY`: an operator can answer a prompt. */
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths are resolved against it. */
  readonly cwd: string;
  /** Aborted by the first Ctrl-C. Default: never. */
  readonly signal?: AbortSignal;
}
