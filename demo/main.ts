import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommanderError } from 'commander';
import { whyRefused } from '#infra/role-policies.ts';
import { whyAgentUnusable } from '#infra/router-bundles/agent-package.ts';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Topology } from '#topology/topology.ts';
import { Interruption } from './interruption.ts';
import { type DemoOptions, readOptions, UsageError } from './options.ts';
import { type DemoResult, runDemo } from './run-demo.ts';
import { renderResult } from './show.ts';
import { unmetPrecondition } from './unmet-precondition.ts';

const stop = new AbortController();
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // The second signal exits without cleanup.
    if (stop.signal.aborted) process.exit(exitCode);
    stop.abort(new Interruption(exitCode));
  });
}
// An unhandled error ends the demo too, after everything that it started.
process.on('uncaughtException', (error) => stop.abort(error));

process.exitCode = await main(process.argv.slice(2));
// Pending work of a simulated router does not delay the exit.
process.exit();

/** @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    const topology = read(options.topology);
    const obstacle = unmetPrecondition(topology, options);
    if (obstacle !== undefined) throw new UsageError(`${options.topology}: ${obstacle}`);
    const control = {
      showProgress: (line: string) => void process.stderr.write(`· ${line}\n`),
      signal: stop.signal,
    };
    if (options.ui) await (await import('./live/serve-demo.ts')).serveDemo(topology, options, control);
    stop.signal.throwIfAborted();
    const result = await runDemo(topology, options, control);
    stop.signal.throwIfAborted();
    process.stdout.write(options.json ? `${JSON.stringify(toJson(result, options))}\n` : renderResult(result, options));
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
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === 'ENOENT' ? `${file}: no such file` : `${file} cannot be read: ${message}`);
  }
  const { topology, mistakes } = loadTopology(text, file);
  if (topology === undefined) throw new UsageError(renderMistakes(mistakes));
  const why = [...whyRefused(topology), whyAgentUnusable(topology, dirname(file))].filter((each) => each !== undefined);
  if (why.length > 0) throw new UsageError(why.join('\n'));
  return topology;
}

/** The contract of `--json`: fields are only ever added. */
function toJson({ scenario, serf, outageMs, pings, owner, timeline }: DemoResult, { fail, speed }: DemoOptions) {
  return {
    schema: 'vyos-failover.demo/1',
    topology: scenario.topology.name,
    fail,
    speed,
    serf,
    outageMs,
    pings,
    owner,
    timeline,
  };
}
