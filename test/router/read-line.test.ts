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

const HERE = new URL('../../router', import.meta.url).pathname;

/** What a program with the libraries prints, while each of its reads ends within a line, for the first part of these, and gets the rest then. */
function whileCut([first, rest]: readonly [string, string], program: string): string {
  const prelude = `
    HERE=$1
    ADDRESS='[0-9.]+' STATE_DIR=/dev/null/state SAID=() CLOCK_AHEAD=0
    . "$HERE/lib/log.sh"
    . "$HERE/lib/addresses.sh"
    . "$HERE/lib/contact.sh"
    . "$HERE/lib/await.sh"
    parts=("$2" "$3")
    read() {
      local part=\${parts[0]-}
      parts=("\${parts[@]:1}")
      builtin read -r "\${!#}" <<<"$part"
      ((\${#parts[@]} == 0)) || return ${TIME_OVER}
    }
    exec {FD}</dev/null
`;
  const { stdout, stderr } = spawnSync('bash', ['-uc', prelude + program, 'bash', HERE, first, rest], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim();
}

const LOOK_UP = `
    ADDRESSES=([api]=192.0.2.9) RESOLVING=api RESOLVED_FD=$FD
    until [[ -z $RESOLVING ]]; do take_resolved 0.001; done
    echo "\${ADDRESSES[api]}"`;

test('addresses of the API are those that were looked up, if the time is over within one: the rest of it is another host’s', () => {
  expect(whileCut(['1', '3.114.10.20 52.68.1.2'], LOOK_UP)).toBe('13.114.10.20 52.68.1.2 192.0.2.9');
});

const CONTACT = `
    say() { echo "$1, $2: $3, clock $clock"; }
    CONTACT_FD=$FD
    while [[ -n $CONTACT_FD ]]; do finish_contact 0.01; done`;

test('the result of a contact is what it was, if the time is over within its line', () => {
  expect(whileCut(['in', 'fo 0 in contact with the API'], CONTACT)).toBe(
    'contact, info: in contact with the API, clock 0',
  );
});

const AWAIT = `
    uptime_ms() { UPTIME=1; }
    start_connection() { :; }
    start_credentials() { :; }
    renew_configuration() { :; }
    usage_error() { echo "$1"; exit 2; }
    CREDENTIALS_FD='' KEY_ID='' renew_at=0
    await_event
    echo "$BFD since $ARRIVED"`;

test('a waiting worker reports a failure of which it reads while it renews its credentials', () => {
  expect(whileCut(['1764', '443000.123456'], AWAIT)).toBe('down since 1764443000.123456');
});
