import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { functionsBuilt, synthesized } from '../stacks/synthesized.ts';
import { Program } from './program.ts';

const TOPOLOGY = 'examples/original-2014.yaml';
const PATIENCE = { timeout: 150_000 };

/** The example with both sites in Tokyo's region. */
function twoSitesInOneRegion(): string {
  const directory = mkdtempSync(join(tmpdir(), 'one-region-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'topology.yaml');
  writeFileSync(
    file,
    readFileSync('examples/tokyo-virginia.yaml', 'utf8').replace('region: us-east-1', 'region: ap-northeast-1'),
  );
  return file;
}

interface Ready {
  readonly endpoint: string;
  readonly sites: readonly { readonly name: string; readonly region: string; readonly api: string }[];
}

/** @returns what `emulate --json` printed when it was ready */
async function ready(program: Program): Promise<Ready> {
  await expect.poll(() => program.stdout, { timeout: 120_000, interval: 100 }).toMatch(/\}\s*$/);
  return JSON.parse(program.stdout) as Ready;
}

describe('emulate', () => {
  it(
    'gives each of two sites in one region its own API, and ends with all it started on SIGTERM',
    PATIENCE,
    async () => {
      // It synthesizes for itself, with the functions that the run of the tests has built.
      await functionsBuilt();
      const program = new Program('cli/main.ts', 'emulate', '--topology', twoSitesInOneRegion(), '--json');
      const { endpoint, sites } = await ready(program);
      expect(sites.map(({ region }) => region)).toEqual(['ap-northeast-1', 'ap-northeast-1']);
      const apis = sites.map(({ api }) => api);
      expect(new Set(apis).size).toBe(2);
      for (const { api, name } of sites)
        expect((await fetch(`${api}/v1/sites/${name}/events`, { method: 'POST' })).status).toBe(403);
      program.signal('SIGTERM');
      expect([await program.ended, program.leftovers(), program.stderr]).toEqual([
        143,
        [],
        expect.not.stringMatching(/bug/),
      ]);
      await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
    },
  );

  it(
    'says which process it is, how to stop an instance, and what to export; that process ends it',
    PATIENCE,
    async () => {
      await synthesized(TOPOLOGY);
      const program = new Program('cli/main.ts', 'emulate', '--topology', TOPOLOGY);
      await expect.poll(() => program.stdout, { timeout: 120_000, interval: 100 }).toContain('actions');
      const pid = /as process (\d+)\./.exec(program.stdout)?.[1];
      expect(program.stdout).toContain(`export VYOS_FAILOVER_TOPOLOGY=${resolve(TOPOLOGY)}\n`);
      expect(program.stdout).toMatch(/curl -X POST http\S+\/_emulator\/instances\/i-\w+\/stop\n/);
      process.kill(Number(pid), 'SIGTERM');
      expect([await program.ended, program.leftovers()]).toEqual([143, []]);
    },
  );

  it('leaves nothing when its port is taken', PATIENCE, async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    await synthesized(TOPOLOGY);
    const program = new Program('cli/main.ts', 'emulate', '--topology', TOPOLOGY, '--port', String(port));
    expect([await program.ended, program.leftovers()]).toEqual([1, []]);
    expect(program.stderr).toMatch(/emulate: .*EADDRINUSE/);
    expect(program.stderr).toContain('choose another --port');
  });
});
