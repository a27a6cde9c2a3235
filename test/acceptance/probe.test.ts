import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { readingsIn } from '#acceptance/hosts/readings.ts';

/** Runs the host's program with a list of packets: when each was sent, and when its answer arrived, in seconds. */
function gapsOf(packets: readonly (readonly [number, number | null])[]): string {
  const program = `
import json, sys
sys.path.insert(0, 'acceptance/hosts')
import probe
gaps = probe.Gaps(lambda text: probe.say(sys.stdout, text))
for sent, answered in json.load(sys.stdin): gaps.judge(sent, answered)
probe.say(sys.stdout, probe.alive(1_796_119_200, 7, 4, gaps))
`;
  return execFileSync('/usr/bin/python3', ['-B', '-c', program], { input: JSON.stringify(packets), encoding: 'utf8' });
}

it('the lines of the probe are what the report reads', () => {
  const at = 1_796_119_200;
  const printed = gapsOf([
    [at, at + 0.16],
    [at + 0.02, null],
    [at + 0.04, null],
    [at + 0.06, at + 0.22],
    [at + 0.08, null],
    [at + 0.1, at + 0.26],
    [at + 0.12, null],
  ]);
  expect(readingsIn(printed).alive).toEqual({ at: at * 1000, sent: 7, answered: 4, unanswered: 1 });
  expect(readingsIn(printed).gaps).toEqual([
    { from: at * 1000 + 20, to: at * 1000 + 40, lost: 2, next: at * 1000 + 60, back: at * 1000 + 220 },
    { from: at * 1000 + 80, to: at * 1000 + 80, lost: 1, next: at * 1000 + 100, back: at * 1000 + 260 },
  ]);
});
