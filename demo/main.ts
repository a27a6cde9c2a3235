import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { whyRefused } from '#infra/role-policies.ts';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Topology } from '#topology/topology.ts';
import { Interruption } from './interruption.ts';
import { type DemoOptions, readOptions, UsageError } from './options.ts';
import { whyNotPlayable } from './playable.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';
import { renderStory } from './show.ts';

const stop = new AbortController();
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // The second one does not wait for anything to be tidied up.
    if (stop.signal.aborted) process.exit(exitCode);
    stop.abort(new Interruption(exitCode));
  });
}
// What nobody waited for and failed ends the demo too, but not before all that it started.
process.on('uncaughtException', (error) => stop.abort(error));

process.exitCode = await main(process.argv.slice(2));
// Whatever a simulated router still has under way shall not keep a finished demo waiting.
process.exit();

/** @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    const topology = read(options.topology);
    const obstacle = whyNotPlayable(topology, options);
    if (obstacle !== undefined) throw new UsageError(`${options.topology}: ${obstacle}`);
    const rehearsal = await rehearse(topology, options, {
      tell: (line) => void process.stderr.write(`· ${line}\n`),
      signal: stop.signal,
    });
    stop.signal.throwIfAborted();
    process.stdout.write(
      options.json ? `${JSON.stringify(toJson(rehearsal, options))}\n` : renderStory(rehearsal, options),
    );
    return 0;
  } catch (failure) {
    const error: unknown = stop.signal.aborted ? stop.signal.reason : failure;
    if (error instanceof Interruption) return error.exitCode;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const usage = error instanceof UsageError;
    process.stderr.write(`${error instanceof Error ? (usage ? error.message : error.stack) : String(error)}\n`);
    if (usage) process.stderr.write('See npm run demo -- --help\n');
    return usage ? 2 : 1;
  }
}

/** @throws UsageError with every mistake of the file, or why it cannot be deployed */
function read(file: string): Topology {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const { topology, mistakes } = loadTopology(text, file);
  if (topology === undefined) throw new UsageError(renderMistakes(mistakes));
  const why = whyRefused(topology);
  if (why.length > 0) throw new UsageError(why.join('\n'));
  return topology;
}

/** The contract of `--json`: fields are only ever added. */
function toJson({ scene, serf, outageMs, pings, owner, timeline }: Rehearsal, { fail, speed }: DemoOptions) {
  return {
    schema: 'vyos-failover.demo/1',
    topology: scene.topology.name,
    fail,
    speed,
    serf,
    outageMs,
    pings,
    owner,
    timeline,
  };
}
