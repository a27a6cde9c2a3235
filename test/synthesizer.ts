/**
 * Synthesizes the stacks of topologies for all processes of one run of the tests, one topology after the other: to load CDK's library
 * costs several times what a synthesis does. `npm run synth` validates the templates.
 *
 * A client connects, writes the path of a topology file and ends. The answer is the path of the assembly, or `error: …`.
 *
 * Arguments: the socket to listen at, and the folder of assemblies.
 */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { keptAssembly } from '#demo/synth.ts';
import { loadTopology } from '#topology/load.ts';

const [, , address = '', assemblies = ''] = process.argv;

async function assemblyOf(file: string): Promise<string> {
  const assembly = keptAssembly(assemblies, file);
  if (existsSync(assembly)) return assembly;
  const { topology, mistakes } = loadTopology(readFileSync(file, 'utf8'), file);
  if (topology === undefined) throw new Error(`${file} has mistakes: ${JSON.stringify(mistakes)}`);
  // Loaded when first asked for: a run of the in-process tests alone does not need them.
  const [{ App }, { addStacks, APP_OPTIONS }] = await Promise.all([
    import('aws-cdk-lib'),
    import('#infra/site-stacks.ts'),
  ]);
  const app = new App({ ...APP_OPTIONS, outdir: `${assembly}.making` });
  await addStacks(app, topology, dirname(file));
  app.synth();
  renameSync(`${assembly}.making`, assembly);
  // For programs that synthesize for themselves: this process does not end before them.
  flushCompileCache();
  return assembly;
}

async function answer(socket: Socket): Promise<void> {
  const file = await text(socket);
  socket.end(await assemblyOf(file).catch((error: unknown) => `error: ${String(error)}`));
}

let last = Promise.resolve();
const server = createServer({ allowHalfOpen: true }, (socket) => {
  last = last.then(() => answer(socket));
});
server.listen(address, () => process.send?.('listening'));

// The run of the tests is over, however it ended.
process.on('disconnect', () => process.exit(0));
process.on('exit', () => rmSync(address, { force: true }));
