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

/** What route-swap has loaded and connected to in a time, ms since the epoch. */
function loaded(from: number, to: number): string[] {
  return site.logged().flatMap((line) => {
    const [, at, what = ''] = /^LOADED (\d+) (.*)$/.exec(line) ?? [];
    return Number(at) >= from && Number(at) <= to ? [what] : [];
  });
}

it('a confirmed report loads no code and opens no connection before its routes move: the suspected one has, also in a cold function', async () => {
  const id = crypto.randomUUID();
  const at = new Date().toISOString();
  const began = Date.now();
  const suspicion = { id, event: 'peer-suspected', phase: 'suspected', evidence: { detectedAt: at } };
  expect(await site.post(report(suspicion))).toMatchObject({ status: 200, body: { reason: 'prepared' } });

  const suspected = Date.now();
  const confirmed = await site.post(report({ id, event: 'peer-failed', phase: 'confirmed' }));
  expect(confirmed).toMatchObject({ status: 200, body: { outcome: 'swapped' } });

  const moves = site
    .happenings()
    .flatMap((each) => (each.kind === 'call' && each.action === 'ReplaceRoute' ? [each.at] : []));
  expect(moves).not.toEqual([]);
  // That it sees anything at all.
  expect(loaded(began, suspected).join('\n')).toMatch(/index\.mjs[^]*NativeModule https[^]*connection to port/);
  expect(loaded(suspected, Math.max(...moves))).toEqual([]);
  expect(loaded(began, Date.now()).join('\n')).not.toContain('undici');
  expect(loaded(suspected, Date.now()).join('\n')).toMatch(/\.mjs/);
});
