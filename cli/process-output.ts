import type { Output } from './io.ts';

/**
 * A stream of the process, such as `process.stdout`. A terminal that does not know its size states 0 columns and 0 rows: a serial console, or
 * a pseudo-terminal whose creator set no size (https://man7.org/linux/man-pages/man2/TIOCSWINSZ.2const.html). Its size is unknown, not 0.
 */
export function processOutput(stream: Output): Output {
  return {
    write: (text) => stream.write(text),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns === 0 ? undefined : stream.columns;
    },
    get rows() {
      return stream.rows === 0 ? undefined : stream.rows;
    },
  };
}
