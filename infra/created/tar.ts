/** A file of an archive. */
export interface TarFile {
  /** Relative, of at most 100 ASCII characters. */
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

const BLOCK = 512;

/**
 * A tar archive (ustar: POSIX.1-1988) of regular files. The same files give the same bytes: they are sorted, belong to root, and
 * have no time.
 *
 * @throws RangeError for a path that needs an extension of the format
 */
export function tarOf(files: readonly TarFile[]): Buffer {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const blocks = sorted.flatMap(({ path, mode, content }) => [
    header(path, mode, content.length),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, mode: number, size: number): Buffer {
  if (!/^[!-~]{1,100}$/.test(path)) throw new RangeError(`${path} does not fit into a tar archive`);
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  for (const [at, value, digits] of [
    [100, mode, 7],
    [108, 0, 7],
    [116, 0, 7],
    [124, size, 11],
    [136, 0, 11],
  ] as const)
    block.write(octal(value, digits), at);
  block.fill(' ', 148, 156);
  block.write('0', 156);
  block.write('ustar\0' + '00', 257);
  block.write('root', 265);
  block.write('root', 297);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
