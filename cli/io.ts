/** Where a command reads and writes. Handed in, so that a test needs no process. */

export interface Output {
  write(text: string): unknown;
  /** True for a terminal; colours go nowhere else. */
  readonly isTTY?: boolean;
}

export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, questions, warnings and errors. */
  readonly stderr: Output;
  /** A terminal only where somebody can answer. */
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly cwd: string;
  /** Aborted on the first Ctrl-C. Default: never. */
  readonly signal?: AbortSignal;
}
