import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const directory = new URL('../../router', import.meta.url).pathname;

/** Asks a peer, on a clock of its own. Times in ms after the start. */
interface Case {
  /** The peer answers connections that begin from then on, after 3.5 ms. */
  readonly recoversAt: number;
  /** When the program that asks does not run, and for how long. */
  readonly stallAt: number;
  readonly stallMs: number;
}

const program = `
HERE=$1
. "$HERE/lib/log.sh"
. "$HERE/lib/ask.sh"
CONFIRM_PORTS='179 7946' CONFIRM_REFUSED=down PEER_ADDRESS=192.0.2.1 BFD=down
declare -A RESULT
# Microseconds go by. The stall takes place in between, and the answer comes when it is due.
pass() {
  local until=$((NOW + $1))
  ((NOW >= STALL_AT || until < STALL_AT)) || until=$((until + STALL_FOR))
  NOW=$until
  if [[ -n $ANSWER_IN ]] && ((NOW >= ANSWER_AT)); then
    echo 'open 192.0.2.1' >&"$ANSWER_IN"
    ANSWER_IN=''
  fi
}
uptime_ms() {
  pass 100
  UPTIME=$((1000 + NOW / 1000))
}
connect() {
  pass 1000
  CONNECTS=$((CONNECTS + 1))
  if [[ -z $ANSWER_AT ]] && ((NOW >= RECOVERS_AT)); then ANSWER_IN=$3 ANSWER_AT=$((NOW + 3500)); fi
}
# -r -t SECONDS -u FD [NAME]
read() {
  local us
  printf -v us '%.0f' "$3e6"
  builtin read -r -t 0 -u "$5" || { ((us > 0)) && pass "$us" && builtin read -r -t 0 -u "$5"; } || return
  ((us == 0)) || builtin read -r -u "$5" "$6"
}
note_peer_answered() { :; }
kill() { :; }
while builtin read -r RECOVERS_AT STALL_AT STALL_FOR; do
  NOW=0 ANSWER_IN='' ANSWER_AT='' CONNECTS=0
  if ask "$ASK_FOR"; then echo alive; else echo "silent $((NOW / 1000)) $CONNECTS"; fi
done`;

/** `alive`, or `silent`, the time of the end, and how many connections were begun. */
function ask(cases: readonly Case[], ms = 300): string[] {
  const lines = cases.map((each) => [each.recoversAt, each.stallAt, each.stallMs].map((ms) => ms * 1000).join(' '));
  const { stdout, stderr } = spawnSync('bash', ['-c', program, 'bash', directory], {
    input: `${lines.join('\n')}\n`,
    env: { ...process.env, ASK_FOR: String(ms) },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

const never = 10_000;

it('finds a peer alive that recovers 14 ms before the end, whenever the asking router itself stands still', () => {
  const cases = [20, 95].flatMap((stallMs) =>
    Array.from({ length: 26 }, (_, index) => ({ recoversAt: 286, stallAt: 276 + index, stallMs })),
  );
  const found = ask([{ recoversAt: 286, stallAt: never, stallMs: 0 }, ...cases]);
  expect(found.filter((result) => result !== 'alive')).toEqual([]);
  expect(found).toHaveLength(cases.length + 1);
});

it('takes no longer for a silent peer if it stands still before the last connections', () => {
  const stalls = [
    { stallAt: never, stallMs: 0 },
    { stallAt: 100, stallMs: 60 },
  ];
  const ends = ask(stalls.map((stall) => ({ ...stall, recoversAt: never })));
  expect(ends.map((end) => Number(/^silent (\d+) /.exec(end)?.[1]) <= 303)).toEqual([true, true]);
});

it.each([
  ['28 times in 0.3 s: where half of the packets are lost, all are once in 3,000 times', 300, 24, 28],
  ['less often after half a second: each connection is a process', 1_000, 55, 64],
])('asks a silent peer %s', (_, ms, least, most) => {
  const [, connects] =
    /^silent \d+ (\d+)$/.exec(ask([{ recoversAt: never, stallAt: never, stallMs: 0 }], ms)[0] ?? '') ?? [];
  expect(Number(connects)).toBeGreaterThanOrEqual(least);
  expect(Number(connects)).toBeLessThanOrEqual(most);
});

it('takes an answer for what it is, although the time of a look was over in the middle of it', () => {
  const looks = `
HERE=$1
. "$HERE/lib/log.sh"
. "$HERE/lib/ask.sh"
declare -A RESULT=([179]=silent) PIPE=([179]=0)
parts=(op 'en 192.0.2.1')
# As bash's own: what has been read when the time is over, and the status of a timeout.
read() {
  printf -v "$6" %s "\${parts[0]}"
  parts=("\${parts[@]:1}")
  ((\${#parts[@]} == 0)) || return 142
}
listen_at 179 0.001
echo "\${RESULT[179]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', looks, 'bash', directory], { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['open\n', '']);
});
