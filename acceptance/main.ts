import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CommanderError } from 'commander';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import { RUN_NAME, runTopology } from './account/run-topology.ts';
import { readOptions } from './options.ts';
import { processPorts } from './process-ports.ts';
import { type AcceptanceRun, runAcceptance } from './run-acceptance.ts';

class UsageError extends Error {}

const [work, removal] = [new AbortController(), new AbortController()];
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (removal.signal.aborted) process.exit(130);
    if (work.signal.aborted) removal.abort();
    else {
      process.stderr.write(
        '\nInterrupted: everything is destroyed first. Ctrl-C again stops that, and names what is left.\n',
      );
      work.abort();
    }
  });
}

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    if (options.profile !== undefined) process.env['AWS_PROFILE'] = options.profile;
    const ports = processPorts(options.out);
    const signals = { work: work.signal, removal: removal.signal };
    return await runAcceptance({ options, ports, signals, ...topologyOf(options) });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (work.signal.aborted) return 130;
    process.stderr.write(`${error instanceof UsageError ? error.message : (error as Error).stack}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** @throws UsageError with every mistake of the file */
function topologyOf({
  topology: file,
  agent,
  out,
}: ReturnType<typeof readOptions>): Pick<AcceptanceRun, 'topology' | 'hasAgent' | 'writeTopology'> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const named = runTopology(text, undefined, {});
  const { topology, mistakes } = loadTopology(named, file);
  if (topology === undefined) throw new UsageError(renderMistakes(mistakes));
  const path = agent ?? (topology.ssmAgent && resolve(dirname(file), topology.ssmAgent));
  return {
    topology,
    hasAgent: path !== undefined && existsSync(path),
    writeTopology(images) {
      const ids = Object.fromEntries(Object.entries(images).map(([site, { id }]) => [site, id]));
      return processPorts(out).write(`${RUN_NAME}.yaml`, runTopology(text, path && resolve(path), ids));
    },
  };
}
