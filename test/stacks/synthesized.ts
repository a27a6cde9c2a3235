import { copyFileSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Template } from '#cli/cost/template.ts';
import { SYNTHESIZER } from '../test-run.ts';

/**
 * The cloud assembly of a topology, synthesized once in a run of the tests, whichever files of them ask for it, and found by
 * programs that are started afterwards. Not to be changed: all share it.
 */
export async function synthesized(topology: string): Promise<string> {
  const address = process.env[SYNTHESIZER];
  if (address === undefined)
    throw new Error(`${SYNTHESIZER} is not set: test/test-run.ts is the globalSetup that sets it`);
  const socket = connect(address);
  socket.end(resolve(topology));
  const answer = await text(socket);
  if (!answer.startsWith('/')) throw new Error(answer || `The synthesizer ended at ${topology}.`);
  return answer;
}

/** Its templates, by the names of the stacks. */
export async function synthesizedTemplates(topology: string): Promise<ReadonlyMap<string, Template>> {
  const assembly = await synthesized(topology);
  const end = '.template.json';
  const files = readdirSync(assembly).filter((name) => name.endsWith(end));
  return new Map(
    files.map((name) => [
      name.slice(0, -end.length),
      JSON.parse(readFileSync(join(assembly, name), 'utf8')) as Template,
    ]),
  );
}

/** Any stack can be synthesized in this process: the functions are built, by the synthesizer, once in a run of the tests. */
export async function functionsBuilt(): Promise<void> {
  await synthesized('examples/tokyo-virginia.yaml');
}

/** An assembly whose templates may be changed. The functions' code stays where it is. */
export function copyOf(assembly: string): { directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-assembly-'));
  for (const entry of readdirSync(assembly, { withFileTypes: true })) {
    const [from, to] = [join(assembly, entry.name), join(directory, entry.name)];
    if (entry.isFile()) copyFileSync(from, to);
    else symlinkSync(realpathSync(from), to);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
