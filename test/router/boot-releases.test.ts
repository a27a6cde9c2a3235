import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseSetCommand } from '#vyos/quote.ts';
import { renderConfig } from '#vyos/render.ts';
import { newestRelease } from '#vyos/versions/release.ts';
import { examples, routersOf } from '../vyos/topologies.ts';

const BOOLEANS = [false, true];
/** Commands that a release may have, in all combinations. */
const KNOWN = BOOLEANS.flatMap((trap) =>
  BOOLEANS.flatMap((retransmission) => BOOLEANS.map((bfdStrict) => ({ trap, retransmission, bfdStrict }))),
);

const PROGRAM = `
import json, sys
sys.path[:0] = ['router/boot.d', 'router/apply-config.d']
import newer_commands, wanted
def of(known, commands):
    newer_commands.known = lambda: known
    return wanted.for_release(commands)
print(json.dumps([of(known, commands) for known, commands in json.load(sys.stdin)]))`;

/** What the boot program makes of commands on releases that know others. */
function onReleases(cases: readonly (readonly [(typeof KNOWN)[number], readonly string[][]])[]): string[][][] {
  const output = execFileSync('/usr/bin/python3', ['-IBc', PROGRAM], { input: JSON.stringify(cases), cwd: '.' });
  return JSON.parse(output.toString()) as string[][][];
}

it('a booting router writes a configuration in the commands of its own release, whichever it was made for', () => {
  const routers = examples
    .filter(({ profile }) => profile === 'fast')
    .flatMap((topology) => routersOf(topology).map(({ name }) => ({ topology, name })));
  const linesOf = (known: (typeof KNOWN)[number], { topology, name }: (typeof routers)[number]) =>
    renderConfig(topology, name, { vyos: { ...newestRelease('1.5'), commands: known } }).lines.map((line) => [
      'set',
      ...(parseSetCommand(line, 0) ?? []),
    ]);
  const newest = newestRelease('1.5').commands;
  const cases = routers.flatMap((router) => KNOWN.map((known) => ({ router, known })));
  const made = onReleases(cases.map(({ router, known }) => [known, linesOf(newest, router)]));
  expect(made).toEqual(cases.map(({ router, known }) => linesOf(known, router)));
  expect(new Set(made.map((commands) => commands.length)).size).toBeGreaterThan(2);
});
