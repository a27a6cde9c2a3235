import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandLine, examplesFolder } from '../cli/command-line.ts';
import { functionsBuilt } from '../stacks/synthesized.ts';
import { Program } from './program.ts';

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

describe('emulate', () => {
  it(
    'says which process it is and what to export, gives each of two sites in one region its own API, and ends with all it started on SIGTERM',
    PATIENCE,
    async () => {
      // It synthesizes for itself, with the functions that the run of the tests has built.
      await functionsBuilt();
      const topology = twoSitesInOneRegion();
      const program = new Program('cli/main.ts', 'emulate', '--topology', topology);
      await expect.poll(() => program.stdout, { timeout: 120_000, interval: 100 }).toContain('actions');
      const [, endpoint = '', pid] = /^tokyo-virginia runs on (\S+) as process (\d+)\./.exec(program.stdout) ?? [];
      expect(program.stdout).toContain(`export VYOS_FAILOVER_TOPOLOGY=${topology}\n`);
      expect(program.stdout).toMatch(/curl -X POST http\S+\/_emulator\/instances\/i-\w+\/stop\n/);
      const apis = [...program.stdout.matchAll(/^ +(\w+) +ap-northeast-1 +(\S+)\/v1\/sites\/\1\/events$/gm)];
      expect(apis.map(([, name]) => name)).toEqual(['tokyo', 'virginia']);
      expect(new Set(apis.map(([, , api]) => api)).size).toBe(2);
      for (const [, name, api] of apis)
        expect((await fetch(`${api}/v1/sites/${name}/events`, { method: 'POST' })).status).toBe(403);
      process.kill(Number(pid), 'SIGTERM');
      expect([await program.ended, program.leftovers(), program.stderr]).toEqual([
        143,
        [],
        expect.not.stringMatching(/bug/),
      ]);
      await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
    },
  );

  it('prints one JSON object with --json, of an account in which nothing is deployed, too', async () => {
    const stop = new AbortController();
    const { exitCode, stdout } = await commandLine(['emulate', '--json', '--topology', 'created.yaml'], {
      signal: stop.signal,
      onOutput: (text) => {
        if (text.includes('metadata')) stop.abort();
      },
    });
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'vyos-failover.emulate/1',
      pid: process.pid,
      file: join(examplesFolder, 'created.yaml'),
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      credentials: { accessKeyId: expect.any(String) as string, secretAccessKey: expect.any(String) as string },
      sites: [],
      metadata: {},
    });
  });

  it('begins nothing when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const ended = await commandLine(['emulate', '--topology', 'original-2014.yaml', '--port', String(port)]);
    // Before it would say that it synthesizes.
    expect(ended).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `emulate: another program listens on 127.0.0.1:${port} (EADDRINUSE)\n    hint: choose another --port; without it any free port is used\n`,
    });
  });
});
