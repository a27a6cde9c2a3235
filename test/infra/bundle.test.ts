import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { managedSite } from '#failover/site.ts';
import { buildBundles, buildFunctions, metafileOf } from '#infra/build-functions.ts';
import { BUILDS, builtFunction, FUNCTION_FOLDERS } from '#infra/built-function.ts';
import { bundle } from '#infra/bundle.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { topology } from '../stacks/site-under-test.ts';

const temporary = mkdtempSync(join(tmpdir(), 'builds-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).flatMap((name): [string, string][] => {
      const path = join(folder, name);
      if (statSync(path).isFile()) return [[name, readFileSync(path, 'utf8')]];
      return Object.entries(contents(path)).map(([inner, text]) => [join(name, inner), text]);
    }),
  );

it('a function is built once in a process, and once in all that keep their builds in one folder', async () => {
  vi.stubEnv(BUILDS, undefined);
  await buildFunctions(temporary, ['mark-tables']);
  const first = builtFunction('mark-tables', temporary);
  writeFileSync(join(first, 'mark'), 'of the first build');
  await buildFunctions(temporary, ['mark-tables']);
  expect(contents(first)).toHaveProperty('mark');
  vi.stubEnv(BUILDS, temporary);
  await buildFunctions(join(temporary, 'of another process'), ['mark-tables']);
  expect(builtFunction('mark-tables', join(temporary, 'of another process'))).toBe(first);
  expect(contents(first)).toHaveProperty('mark');
  expect(readdirSync(temporary)).toEqual(['mark-tables', 'mark-tables.metafile.json']);
});

it('a build has the schemas of the operations that it calls, and not of all others', async () => {
  await buildFunctions(temporary);
  const text = Object.values(contents(builtFunction('route-swap', temporary))).join('\n');
  expect(text).toContain('ReplaceRouteRequest');
  expect(text).not.toContain('RunInstancesRequest');
});

it.each(FUNCTION_FOLDERS)(
  '%s imports none of the modules of Node: it would load all that they export, undici among it',
  async (folder) => {
    await buildFunctions(temporary);
    const { outputs } = metafileOf(folder, temporary);
    const imported = Object.values(outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external === true),
    );
    expect(imported.filter(({ kind }) => kind !== 'require-call')).toEqual([]);
  },
);

it('route-swap starts with what a report needs: requests of operators and events are read by code that is loaded for them', async () => {
  await buildFunctions(temporary);
  const started = startedWith(metafileOf('route-swap', temporary), 'index.mjs');
  expect(started).toContain('contracts/report.ts');
  expect(started).toContain('functions/route-swap/carry-out.ts');
  expect(started).not.toContain('contracts/route-swap-requests.ts');
  expect(started).not.toContain('functions/route-swap/aws-event.ts');
});

/** The sources of an output and of all that it imports at its start. */
function startedWith({ outputs }: Metafile, output: string): readonly string[] {
  const found = new Set<string>();
  const files = [Object.keys(outputs).find((file) => file.endsWith(`/${output}`)) ?? ''];
  for (const file of files) {
    const { inputs = {}, imports = [] } = outputs[file] ?? {};
    for (const [source, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) found.add(source);
    const next = imports.filter(({ kind, external }) => kind === 'import-statement' && external !== true);
    files.push(...next.map(({ path }) => path).filter((path) => !files.includes(path)));
  }
  return [...found];
}

it.each(FUNCTION_FOLDERS)('%s has the English messages of zod, and those of no other language', async (folder) => {
  await buildFunctions(temporary);
  const { outputs } = metafileOf(folder, temporary);
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const languages = inputs.filter(([file, { bytesInOutput }]) => /zod.*locales/.test(file) && bytesInOutput > 0);
  expect(languages.map(([file]) => file.split('/').at(-1))).toEqual(['en.js']);
});

it('of the bundles of two sites, only the site differs', async () => {
  await buildBundles();
  const [tokyo, virginia] = topology.sites.map((site) => {
    const code = bundle('health-probe', managedSite(topology, site, bgpNeighbors(topology)));
    return contents((code as unknown as { path: string }).path);
  });
  expect(tokyo).toHaveProperty(['index.mjs']);
  expect(tokyo?.['site.json']).toContain('"name":"tokyo"');
  expect({ ...tokyo, 'site.json': '' }).toEqual({ ...virginia, 'site.json': '' });
  expect(tokyo).not.toEqual(virginia);
});
