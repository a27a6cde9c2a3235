import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const library = new URL('../../router/lib/read-line.sh', import.meta.url).pathname;

/** The status of bash's `read` when its time is over. */
const TIME_OVER = 142;

/** What `read_line` makes of bash's own reads, each with its status and what it has read. */
function readLine(...reads: readonly (readonly [status: number, text: string])[]): string {
  const program = `
    . "$1"
    reads=("\${@:2}")
    read() {
      local next=\${reads[0]}
      reads=("\${reads[@]:1}")
      printf -v "$6" %s "\${next#* }"
      return "\${next%% *}"
    }
    read_line 0.01 0
    echo "$? '$LINE', $((\${#reads[@]})) reads left"`;
  const each = reads.map(([status, text]) => `${status} ${text}`);
  const { stdout, stderr } = spawnSync('bash', ['-uc', program, 'bash', library, ...each], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim();
}

test('a line that comes in time is read at once', () => {
  expect(readLine([0, 'silent 5 '])).toBe("0 'silent 5 ', 0 reads left");
});

test('the rest of a line is waited for, if the time is over within it', () => {
  expect(readLine([TIME_OVER, 'sil'], [0, 'ent 51234'])).toBe("0 'silent 51234', 0 reads left");
});

test('nothing is waited for after the time, if no line has begun', () => {
  expect(readLine([TIME_OVER, ''], [0, 'heard'])).toBe(`${TIME_OVER} '', 1 reads left`);
});

test('a line whose rest does not come is none', () => {
  expect(readLine([TIME_OVER, 'sil'], [TIME_OVER, ''])).toBe(`${TIME_OVER} 'sil', 0 reads left`);
});

test('the end of a pipe is told from a time that is over', () => {
  expect(readLine([1, ''], [0, 'heard'])).toBe("1 '', 1 reads left");
});
