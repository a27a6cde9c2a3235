import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { assembly, changed, names, report, SiteUnderTest } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof assembly>>;
let watched: ReturnType<typeof changed>;
let site: SiteUnderTest;

const WATCH = fileURLToPath(new URL('watch-loads.ts', import.meta.url));

beforeAll(async () => {
  built = await assembly();
  watched = changed(built.directory, ({ Resources }) => {
    for (const { Properties } of Object.values(Resources)) {
      if (Properties['FunctionName'] !== names.routeSwap) continue;
      const { Variables } = Properties['Environment'] as { Variables: Record<string, unknown> };
      Variables['NODE_OPTIONS'] = `--import ${WATCH}`;
    }
  });
});
afterAll(() => {
  watched.remove();
  built.remove();
});
beforeEach(async () => {
  site = await SiteUnderTest.start(watched.directory, { isCold: true });
});
afterEach(() => site.close());

const loads = (lines: readonly string[]) => lines.filter((line) => line.startsWith('LOADED '));

it('a confirmed report loads no code and opens no connection before its routes move: the suspected one has, also in a cold function', async () => {
  const id = crypto.randomUUID();
  const suspicion = {
    id,
    event: 'peer-suspected',
    phase: 'suspected',
    evidence: { detectedAt: new Date().toISOString() },
  };
  expect(await site.post(report(suspicion))).toMatchObject({ status: 200, body: { reason: 'prepared' } });

  const prepared = site.happenings().length;
  const confirmed = await site.post(report({ id, event: 'peer-failed', phase: 'confirmed' }));
  expect(confirmed).toMatchObject({ status: 200, body: { outcome: 'swapped' } });

  const actions = site
    .happenings()
    .slice(prepared)
    .flatMap((each) => (each.kind === 'call' && each.service === 'ec2' ? [each.action] : []));
  const moves = actions.filter((action) => action === 'ReplaceRoute').length;
  expect(moves).toBeGreaterThan(0);
  expect(actions.slice(0, moves)).toEqual(Array(moves).fill('ReplaceRoute'));

  // Not by time: on some machines two processes' clocks differ by more than a call takes.
  const lines = site.logged();
  const answered = lines.findIndex((line) => /^REQUEST .*\/response$/.test(line));
  const [suspected, after] = [lines.slice(0, answered), lines.slice(answered)];
  const moved = indicesOf(after, 'ANSWER ec2')[moves - 1];
  // That it sees anything at all.
  expect(loads(suspected).join('\n')).toMatch(/index\.mjs[^]*NativeModule https[^]*connection to port/);
  expect(moved).toBeGreaterThan(0);
  expect(loads(after.slice(0, moved))).toEqual([]);
  expect(loads(lines).join('\n')).not.toContain('undici');
  expect(loads(after.slice(moved)).join('\n')).toMatch(/\.mjs/);
});

const indicesOf = (lines: readonly string[], wanted: string) =>
  lines.flatMap((line, index) => (line === wanted ? [index] : []));
