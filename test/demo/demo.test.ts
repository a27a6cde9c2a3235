import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { ASSEMBLIES } from '#demo/synth.ts';
import { BUILDS } from '#infra/built-function.ts';
import { synthesized } from '../stacks/synthesized.ts';
import { Program } from './program.ts';

const PATIENCE = { timeout: 150_000 };

interface File {
  readonly sites: Readonly<Record<string, unknown>>;
}

/** The example without its third site, which has no part in what happens and takes as long to start as the others. */
function twoOfThreeSites(): string {
  const directory = mkdtempSync(join(tmpdir(), 'two-of-three-sites-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const { sites, ...others } = parse(readFileSync('examples/ipv6-and-prefix-lists.yaml', 'utf8')) as File;
  const file = join(directory, 'topology.yaml');
  writeFileSync(file, stringify({ ...others, sites: Object.fromEntries(Object.entries(sites).slice(0, 2)) }));
  return file;
}

describe('the demo', () => {
  it(
    'swaps IPv6 and prefix-list routes of a site that prefers safety, on the word of a neighbor',
    PATIENCE,
    async () => {
      const topology = twoOfThreeSites();
      await synthesized(topology);
      const demo = new Program('demo/main.ts', '--topology', topology, '--speed', '10', '--json');
      expect([await demo.ended, demo.stderr]).toEqual([0, expect.not.stringContaining('Error')]);
      const { owner, timeline } = JSON.parse(demo.stdout) as {
        owner: unknown;
        timeline: { design: string; what: string; says: string }[];
      };
      expect(owner).toEqual({ ours: 'tokyo-2', original: 'tokyo-2' });
      const ours = timeline.filter(({ design }) => design === 'ours');
      const says = (what: string) => ours.filter((entry) => entry.what === what).map((entry) => entry.says);
      expect(says('decided').at(-1)).toMatch(/tokyo-1 failed \(bfd\) \(\w+-1 lost sight of it/);
      for (const destination of ['pl-0b1b2c3d4e5f60031', '2001:db8:3::/56'])
        expect(says('replaced').join('\n')).toContain(` ${destination} → tokyo-2`);
      expect(demo.leftovers()).toEqual([]);
    },
  );

  it('ends all that it started before it ends on SIGINT', PATIENCE, async () => {
    await synthesized('examples/tokyo-virginia.yaml');
    const demo = new Program('demo/main.ts');
    await expect.poll(() => demo.stderr, { timeout: 120_000, interval: 50 }).toContain('breaking the router');
    // Long enough for BFD to have started a reporter, and too short for anything to be over.
    await expect.poll(() => demo.leftovers().join('\n'), { timeout: 10_000, interval: 20 }).toMatch(/router\/report/);
    demo.signal('SIGINT');
    expect([await demo.ended, demo.leftovers()]).toEqual([130, []]);
  });

  it('leaves nothing of a synthesis that SIGTERM interrupts', PATIENCE, async () => {
    // It synthesizes and builds for itself, as it does for a user.
    vi.stubEnv(ASSEMBLIES, undefined);
    vi.stubEnv(BUILDS, undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const demo = new Program('demo/main.ts');
    await expect.poll(() => demo.leftovers().join('\n'), { timeout: 60_000, interval: 20 }).toMatch(/esbuild/);
    demo.signal('SIGTERM');
    expect([await demo.ended, demo.leftovers()]).toEqual([143, []]);
  });
});
